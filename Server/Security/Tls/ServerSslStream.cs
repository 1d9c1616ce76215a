using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace NettyKafka.Server.Security.Tls;

/// <summary>The server's side of a TLS connection. It is authenticated with all options of its context, whatever its user asks for.</summary>
public sealed class ServerSslStream(Stream transport, SslContext context) : SslStream(transport, leaveInnerStreamOpen: true)
{
    /// <summary>Why the client's certificate was refused.</summary>
    public string? Refusal { get; set; }

    /// <summary>Called when one side has refused the other. A client that is told so closes, and DotNetty may see that first.</summary>
    public Action<Exception>? Refused { get; set; }

    /// <summary>Called when the client has taken leave: nobody else tells DotNetty.</summary>
    public Action? Ended { get; set; }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        var read = base.ReadAsync(buffer, offset, count, cancellationToken);
        if (!read.IsCompleted)
            _ = read.ContinueWith(CheckEnd, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        else
            CheckEnd(read);
        return read;
    }

    void CheckEnd(Task<int> read)
    {
        if (read.IsCompletedSuccessfully && read.Result == 0)
            Ended?.Invoke();
    }

    /// <summary>DotNetty knows this overload only, which has no place for a chain, cipher suites or a certificate that is asked for and may be missing.</summary>
    public override async Task AuthenticateAsServerAsync(
        X509Certificate serverCertificate, bool clientCertificateRequired, SslProtocols enabledSslProtocols, bool checkCertificateRevocation)
    {
        try
        {
            await AuthenticateAsServerAsync(context.Options).ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            Refused?.Invoke(e);
            throw;
        }
    }
}
