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

    public static ProtocolException UnsupportedVersion(string message, short version) => new($"{message} has no version {version}");

    public static ProtocolException NotInVersion(string field, short version) => new($"version {version} cannot carry {field}, which is not at its default");

    public static ProtocolException NullInVersion(string field, short version) => new($"{field} cannot be null in version {version}");
}
