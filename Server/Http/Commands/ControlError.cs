namespace NettyKafka.Http.Commands;

/// <summary>The answer to what was not done: why, and what would be valid.</summary>
sealed record ControlError(string Error);
