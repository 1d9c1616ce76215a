namespace NettyKafka.Codec.Wire;

/// <summary>Records that leave between the bytes before and after <paramref name="Position"/> of a writer's buffer.</summary>
public readonly record struct RecordsChunk(int Position, Records Records);
