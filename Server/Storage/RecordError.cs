namespace NettyKafka.Server.Storage;

/// <summary>What is wrong with one record of a refused batch.</summary>
public readonly record struct RecordError(int BatchIndex, string Message);
