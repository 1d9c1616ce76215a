namespace NettyKafka.Server.Security.Sasl;

/// <summary>Somebody is not who they say they are. The client is told the message; what it must not know, above all whether a user exists, is the <see cref="Detail"/>.</summary>
public sealed class SaslAuthenticationException(string message, string? detail = null) : Exception(message)
{
    /// <summary>What the log says in place of the message.</summary>
    public string Detail => detail ?? Message;
}
