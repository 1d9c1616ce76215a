using DotNetty.Buffers;
using DotNetty.Transport.Channels.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Network;
using NettyKafka.Server.Security;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Tests.Support;

/// <summary>
/// A client of the broker's own pipeline on an EmbeddedChannel: bytes in, bytes out. Of every answer it checks the frame's size, the correlation id and that no
/// byte is left.
/// </summary>
public sealed class TestConnection : IDisposable
{
    public const string ListenerName = "PLAINTEXT";
    public const int MaxRequestBytes = 1 << 20;

    readonly EmbeddedChannel channel = new();
    readonly Queue<int> owed = new();
    readonly List<byte> received = [];
    int lastCorrelationId;

    public TestConnection(
        ApiTable apis, Node? node = null, TimeProvider? time = null, Interceptors? interceptors = null, RequestMemoryPool? memory = null, Endpoint? listener = null, ClientQuotas? quotas = null, SaslAuthentication? sasl = null, Authorizer? authorizer = null)
    {
        var connection = new Connection(channel, node ?? TestNode(), listener ?? new(ListenerName, SecurityProtocol.Plaintext, "", 9092), memory ?? new(-1), time ?? TimeProvider.System, interceptors, authorizer, sasl);
        Context = connection.Context;
        FramePipeline.Install(channel.Pipeline, connection, new RequestDispatcher(apis, connection, NullLogger.Instance, quotas), MaxRequestBytes, NullLogger.Instance);
    }

    public string ClientId { get; init; } = "test";

    public ConnectionContext Context { get; }

    public bool IsOpen => channel.Open;

    public EmbeddedChannel Channel => channel;

    public static Node TestNode(int id = 1) => new(id, null)
    {
        Endpoints = System.Collections.Immutable.ImmutableDictionary<string, AdvertisedEndpoint>.Empty.Add(ListenerName, new(ListenerName, "broker.test", 9092)),
    };

    /// <summary>Sends a request and takes its answer, which has to be there at once.</summary>
    public TResponse Send<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        Post(request, version);
        return TryTake<TRequest, TResponse>(version) ?? throw new AssertionException($"{TRequest.MessageName} v{version} was not answered; the connection is {(IsOpen ? "open" : "closed")}");
    }

    /// <summary>Sends a request and takes no answer.</summary>
    public void Post<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        owed.Enqueue(++lastCorrelationId);
        PostRaw(Frame<TRequest, TResponse>((TRequest)request, version, lastCorrelationId));
    }

    public void PostRaw(byte[] bytes) => channel.WriteInbound(Unpooled.WrappedBuffer(bytes));

    public byte[] Frame<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse> => Frame<TRequest, TResponse>((TRequest)request, version, ++lastCorrelationId);

    /// <summary>The next answer if it has come.</summary>
    public TResponse? TryTake<TRequest, TResponse>(short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        if (TryTakeFrame() is not { } frame)
            return null;
        var reader = new KafkaReader(frame);
        var header = ResponseHeader.Read(ref reader, ApiKeys.Find(TRequest.ApiKey)!.ResponseHeaderVersion(version));
        Assert.That(header.CorrelationId, Is.EqualTo(owed.Dequeue()), "answers come in the order of the requests");
        var response = TResponse.Read(ref reader, version);
        Assert.That(reader.Remaining, Is.Zero, "no bytes are left after the response");
        return response;
    }

    public TResponse? TryTake<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse> => TryTake<TRequest, TResponse>(version);

    /// <summary>The next response frame without its size; null when none is whole yet.</summary>
    public byte[]? TryTakeFrame()
    {
        Drain();
        if (received.Count < 4)
            return null;
        var size = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(received.Take(4).ToArray());
        Assert.That(received, Has.Count.GreaterThanOrEqualTo(4 + size), "a response leaves whole");
        var frame = received.Skip(4).Take(size).ToArray();
        received.RemoveRange(0, 4 + size);
        return frame;
    }

    public void Dispose()
    {
        channel.CloseAsync();
        Drain();
    }

    byte[] Frame<TRequest, TResponse>(TRequest request, short version, int correlationId)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var buffer = Unpooled.Buffer(256);
        var writer = new KafkaWriter(buffer);
        writer.WriteInt32(0);
        var header = new RequestHeader { RequestApiKey = TRequest.ApiKey, RequestApiVersion = version, CorrelationId = correlationId, ClientId = ClientId };
        header.Write(ref writer, ApiKeys.Find(TRequest.ApiKey)!.RequestHeaderVersion(version));
        request.Write(ref writer, version);
        writer.PatchInt32(0, writer.Position - 4);
        writer.Complete();
        return buffer.Array.AsSpan(buffer.ArrayOffset, buffer.ReadableBytes).ToArray();
    }

    void Drain()
    {
        channel.RunPendingTasks();
        while (channel.ReadOutbound<IByteBuffer>() is { } buffer)
        {
            var bytes = new byte[buffer.ReadableBytes];
            buffer.ReadBytes(bytes);
            buffer.Release();
            received.AddRange(bytes);
        }
    }
}
