using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The batch that may be appended, or why it is refused. <see cref="Records"/> are those that were sent, changed in place, or a rewritten copy; whoever gets them
/// releases them once. As views they live no longer than what was validated.
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

    public static LogValidationResult Accepted(Records records) => new(ErrorCode.None, null, [], records);

    public static LogValidationResult Failed(ErrorCode error, string message) => new(error, message, [], Records.Empty);

    public static LogValidationResult Failed(ErrorCode error, string message, IReadOnlyList<RecordError> recordErrors) => new(error, message, recordErrors, Records.Empty);
}
