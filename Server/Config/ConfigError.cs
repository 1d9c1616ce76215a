namespace NettyKafka.Server.Config;

/// <summary>A value that is not valid: for the person at the terminal as <see cref="Line"/>, for a client as <see cref="Message"/>.</summary>
public sealed record ConfigError(string Name, string? Value, string Reason, string Expected)
{
    /// <summary>The text of an INVALID_CONFIG error, in Kafka's form.</summary>
    public string Message => $"Invalid value {Value ?? "null"} for configuration {Name}: {Reason}";

    /// <summary>What a start that fails prints.</summary>
    public string Line => $"{Name}={Value}: {Expected} is expected";
}
