using DotNetty.Buffers;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Load;

/// <summary>Whole requests as bytes, size first, as a client puts them on the wire.</summary>
static class Frame
{
    public const string ClientId = "nettykafka-benchmarks";

    public static byte[] Encode<TRequest, TResponse>(IRequest<TRequest, TResponse> request, int correlationId = 0)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var api = Api<TRequest, TResponse>();
        var version = api.StableVersions.Max;
        var header = new RequestHeader { RequestApiKey = api.Key, RequestApiVersion = version, CorrelationId = correlationId, ClientId = ClientId };
        var buffer = Unpooled.Buffer(1024);
        var writer = new KafkaWriter(buffer);
        writer.WriteInt32(0);
        header.Write(ref writer, api.RequestHeaderVersion(version));
        request.Write(ref writer, version);
        writer.PatchInt32(0, writer.Position - sizeof(int));
        writer.Complete();
        return buffer.Array.AsSpan(buffer.ArrayOffset, buffer.ReadableBytes).ToArray();
    }

    /// <summary>Reads a whole answer, size first, to the request of the given kind.</summary>
    public static TResponse Decode<TRequest, TResponse>(IRequest<TRequest, TResponse> request, Memory<byte> answer)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        _ = request;
        var api = Api<TRequest, TResponse>();
        var version = api.StableVersions.Max;
        var reader = new KafkaReader(answer);
        reader.ReadInt32();
        ResponseHeader.Read(ref reader, api.ResponseHeaderVersion(version));
        var response = TResponse.Read(ref reader, version);
        reader.ExpectEnd();
        return response;
    }

    static Api Api<TRequest, TResponse>()
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
        => ApiKeys.Find(TRequest.ApiKey) ?? throw new InvalidOperationException($"API key {TRequest.ApiKey} is unknown.");
}
