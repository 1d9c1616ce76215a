using DotNetty.Buffers;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Network;

/// <summary>What a request allocates from its bytes to those of its answer, by the whole pipeline on an EmbeddedChannel: half as much again as was measured is allowed, since code that is not compiled to its end allocates more.</summary>
public sealed class AllocationTests : IDisposable
{
    const int Rounds = 2000;

    readonly TestBroker broker = new();
    readonly TestConnection connection;

    public AllocationTests()
    {
        broker.CreateTopic("orders");
        connection = broker.Connect();
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void ApiVersions_v3() => AllocatesAtMost(4500, new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, 3);

    [Test]
    public void Metadata_of_one_topic() => AllocatesAtMost(4200, new MetadataRequest { Topics = [new() { Name = "orders" }] }, 12);

    [Test]
    public void Produce_to_one_partition() => AllocatesAtMost(4500, TestBroker.ProduceRequestOf("orders", 0, TestBatch.Of(new string('x', 100)).Span.ToArray(), acks: 1), 12);

    [Test]
    public void Fetch_of_one_partition()
    {
        broker.Produce("orders", 0, new string('x', 100));
        AllocatesAtMost(6500, new FetchRequest
        {
            MaxBytes = 1 << 20,
            Topics = [new() { Topic = "orders", Partitions = [new() { Partition = 0, PartitionMaxBytes = 1 << 20 }] }],
        }, 12);
    }

    void AllocatesAtMost<TRequest, TResponse>(int bytes, IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        Assert.That(connection.Send(request, version), Is.Not.Null);
        var frame = connection.Frame(request, version);
        Exchange(frame);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(frame);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;

        TestContext.Out.WriteLine($"{allocated} bytes a request");
        Assert.That(allocated, Is.LessThanOrEqualTo(bytes));
    }

    void Exchange(byte[] frame)
    {
        var answered = 0;
        for (var i = 0; i < Rounds; i++)
        {
            connection.PostRaw(frame);
            while (connection.Channel.ReadOutbound<IByteBuffer>() is { } part)
            {
                answered += part.ReadableBytes > 0 ? 1 : 0;
                part.Release();
            }
        }

        Assert.That(answered, Is.GreaterThanOrEqualTo(Rounds));
    }
}
