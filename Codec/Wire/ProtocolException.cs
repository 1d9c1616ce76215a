namespace NettyKafka.Codec.Wire;

/// <summary>Bytes that are no valid message of the protocol, or a message that its version cannot carry.</summary>
public sealed class ProtocolException : Exception
{
    public ProtocolException(string message)
        : base(message)
    {
    }

    public ProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ProtocolException()
    {
    }
}
