using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Framing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;

namespace NettyKafka.Server.Network;

/// <summary>The one list of what this broker serves: requests are dispatched by it, versions checked, and ApiVersions answered.</summary>
public sealed class ApiTable
{
    readonly SortedDictionary<short, ServedApi> apis = [];

    public IEnumerable<ServedApi> Apis => apis.Values;

    /// <summary>Adds an API; key and versions come from its schema.</summary>
    public ApiTable Add<TRequest, TResponse>(IHandler<TRequest, TResponse> handler)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var api = ApiKeys.Find(TRequest.ApiKey)!;
        apis.Add(TRequest.ApiKey, new(api, TRequest.Versions, TRequest.StableVersions, (body, context) => ServeAsync(handler, body, context)));
        return this;
    }

    public bool TryFind(short apiKey, [NotNullWhen(true)] out ServedApi? api) => apis.TryGetValue(apiKey, out api);

    static PendingResponse ServeAsync<TRequest, TResponse>(IHandler<TRequest, TResponse> handler, Memory<byte> body, RequestContext context)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var reader = new KafkaReader(body);
        var request = TRequest.Read(ref reader, context.ApiVersion);
        // Bytes behind the request are ignored, as Kafka does: librdkafka leaves some behind Metadata requests for all topics.
        return new(AnswerAsync(handler, request, context), reader.HasRecords);
    }

    static async ValueTask<Response?> AnswerAsync<TRequest, TResponse>(IHandler<TRequest, TResponse> handler, TRequest request, RequestContext context)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var answer = context.Connection.Interceptors?.AroundHandler is { } around
            ? (TResponse?)await around(context, request, async () => await handler.HandleAsync(request, context))
            : await handler.HandleAsync(request, context);
        if (answer is null)
            return null;
        var headerVersion = ApiKeys.Find(TRequest.ApiKey)!.ResponseHeaderVersion(context.ApiVersion);
        return new Response<TResponse>(context.Header.CorrelationId, headerVersion, answer, context.ApiVersion);
    }
}
