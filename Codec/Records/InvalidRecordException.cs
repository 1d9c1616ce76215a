namespace NettyKafka.Codec.Records;

/// <summary>Bytes that are no valid records: corrupt, cut off, or larger once decompressed than is allowed.</summary>
public sealed class InvalidRecordException : Exception
{
    public InvalidRecordException(string message)
        : base(message)
    {
    }

    public InvalidRecordException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public InvalidRecordException()
    {
    }
}
