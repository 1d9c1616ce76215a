using BenchmarkDotNet.Attributes;
using DotNetty.Buffers;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Micro;

/// <summary>Reads and writes one message of its newest version; records leave as chunks and are not copied.</summary>
[GenericTypeArguments(typeof(Codec.Messages.ProduceRequest))]
[GenericTypeArguments(typeof(Codec.Messages.ProduceResponse))]
[GenericTypeArguments(typeof(Codec.Messages.FetchRequest))]
[GenericTypeArguments(typeof(Codec.Messages.FetchResponse))]
[GenericTypeArguments(typeof(Codec.Messages.MetadataRequest))]
[GenericTypeArguments(typeof(Codec.Messages.MetadataResponse))]
public class MessageBenchmarks<T>
    where T : IMessage<T>
{
    readonly IByteBuffer buffer = Unpooled.Buffer(64 * 1024);
    readonly List<RecordsChunk> chunks = [];
    readonly short version = T.Versions.Max;
    byte[] bytes = [];
    T message = default!;

    [GlobalSetup]
    public void Create()
    {
        message = (T)SampleMessages.Of(typeof(T));
        bytes = MessageEncoding.Encode(message, version);
    }

    [Benchmark]
    public T Read()
    {
        var reader = new KafkaReader(bytes);
        return T.Read(ref reader, version);
    }

    [Benchmark]
    public int Write()
    {
        buffer.Clear();
        chunks.Clear();
        var writer = new KafkaWriter(buffer, chunks);
        message.Write(ref writer, version);
        writer.Complete();
        return buffer.ReadableBytes;
    }
}
