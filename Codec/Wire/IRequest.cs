namespace NettyKafka.Codec.Wire;

/// <summary>A request of the protocol, tied to its response so that a caller names neither.</summary>
public interface IRequest<TSelf, TResponse> : IMessage<TSelf>
    where TSelf : IRequest<TSelf, TResponse>
    where TResponse : class, IMessage<TResponse>
{
    static abstract short ApiKey { get; }

    /// <summary>The versions that are final: what may be advertised.</summary>
    static abstract VersionRange StableVersions { get; }
}
