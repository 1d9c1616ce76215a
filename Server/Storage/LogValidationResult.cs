using DotNetty.Buffers;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The batch that may be appended, or why it is refused. <see cref="Records"/> are those that were sent, changed in place, or a rewritten copy; whoever gets them
/// releases them once. As views they live no longer than what was validated. They are empty where an old version sent nothing, which is no error.
/// </summary>
public readonly record struct LogValidationResult
{
    LogValidationResult(ErrorCode error, string? errorMessage, IReadOnlyList<RecordError> recordErrors, Records records)
    {
        Error = error;
        ErrorMessage = errorMessage;
        RecordErrors = recordErrors;
        Records = records;
    }

    public ErrorCode Error { get; }

    public string? ErrorMessage { get; }

    public IReadOnlyList<RecordError> RecordErrors { get; }

    public Records Records { get; }

    /// <summary>More than a request may have done on its event loop.</summary>
    public static LogValidationResult BeyondBudget { get; } = Failed(ErrorCode.MessageTooLarge, "The records are too large to be validated at once");

    public static LogValidationResult Accepted(Records records) => new(ErrorCode.None, null, [], records);

    /// <summary>The batch that the builder holds, if it is not larger than the topic allows.</summary>
    public static LogValidationResult Accepted(RecordBatchBuilder builder, TopicConfig config)
    {
        var batch = builder.Build();
        if (TooLarge(batch.Length, config) is { } tooLarge)
            return tooLarge;
        var buffer = PooledByteBufferAllocator.Default.HeapBuffer(batch.Length);
        batch.CopyTo(buffer.Array.AsSpan(buffer.ArrayOffset));
        return Accepted(Records.Own(buffer.SetWriterIndex(batch.Length)));
    }

    public static LogValidationResult? TooLarge(int size, TopicConfig config) => size <= config.MaxMessageBytes ? null
        : Failed(ErrorCode.MessageTooLarge, $"The record batch size is {size} bytes which exceeds the maximum configured value of {config.MaxMessageBytes}");

    public static LogValidationResult InvalidRecord(string message) => Failed(ErrorCode.InvalidRecord, message);

    public static LogValidationResult Failed(ErrorCode error, string message) => new(error, message, [], Records.Empty);

    public static LogValidationResult Failed(ErrorCode error, string message, IReadOnlyList<RecordError> recordErrors) => new(error, message, recordErrors, Records.Empty);
}
