namespace NettyKafka.Server.Config;

/// <summary>Whether clients of a TLS listener show a certificate (<c>ssl.client.auth</c>).</summary>
public enum SslClientAuth
{
    None,
    Requested,
    Required,
}
