namespace NettyKafka.Codec.Records;

/// <summary>Whose clock a batch's timestamps are of.</summary>
public enum TimestampType
{
    NoTimestampType = -1,
    CreateTime = 0,
    LogAppendTime = 1,
}
