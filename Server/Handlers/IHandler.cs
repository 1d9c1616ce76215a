using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Handlers;

/// <summary>Serves one API in all its versions. Runs on the connection's event loop; a null response is one the protocol does not send (Produce with acks=0).</summary>
public interface IHandler<TRequest, TResponse>
    where TRequest : IRequest<TRequest, TResponse>
    where TResponse : class, IMessage<TResponse>
{
    ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context);
}
