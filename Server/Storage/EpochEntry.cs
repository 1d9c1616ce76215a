namespace NettyKafka.Server.Storage;

/// <summary>A leader epoch and the offset of its first record.</summary>
public readonly record struct EpochEntry(int Epoch, long StartOffset);

/// <summary>Where the records of a leader epoch, or of the greatest one before it, end.</summary>
public readonly record struct EpochEndOffset(int Epoch, long EndOffset)
{
    public static readonly EpochEndOffset Undefined = new(-1, -1);
}
