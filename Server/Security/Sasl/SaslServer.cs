using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>The server's side of one exchange of a SASL mechanism.</summary>
public abstract class SaslServer
{
    /// <summary>Who the client has proved to be; null until then.</summary>
    public KafkaPrincipal? Principal { get; protected set; }

    /// <summary>Whether it has proved it by a delegation token.</summary>
    public bool IsTokenAuthenticated { get; protected set; }

    /// <summary>When what it has shown ceases to count, in milliseconds since 1970; null for never.</summary>
    public long? CredentialExpiryMs { get; protected set; }

    public bool IsComplete => Principal is not null;

    /// <summary>Takes the client's next message and answers it.</summary>
    /// <exception cref="SaslAuthenticationException">The client has failed.</exception>
    public abstract ValueTask<byte[]> EvaluateAsync(ReadOnlyMemory<byte> message);
}
