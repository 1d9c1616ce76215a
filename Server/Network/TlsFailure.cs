using System.Security.Authentication;
using DotNetty.Codecs;

namespace NettyKafka.Server.Network;

/// <summary>What TLS fails with lies under several exceptions; it is the client's doing, or the network's.</summary>
static class TlsFailure
{
    /// <summary>An exception of TLS as one of the connection; any other as it is.</summary>
    public static Exception Of(Exception exception)
    {
        var cause = Unwrap(exception);
        return cause is AuthenticationException or IOException or ObjectDisposedException or InvalidOperationException ? new IOException(ReasonOf(cause), cause) : exception;
    }

    /// <summary>The reason in one line, from the innermost exception: those around it only say that something failed.</summary>
    public static string ReasonOf(Exception exception)
    {
        var cause = Unwrap(exception);
        return (cause is AuthenticationException or IOException ? cause.GetBaseException() : cause).Message.ReplaceLineEndings(" ");
    }

    static Exception Unwrap(Exception exception) =>
        exception is DecoderException or AggregateException && exception.InnerException is { } inner ? Unwrap(inner) : exception;
}
