namespace NettyKafka.Server.Config;

/// <summary>A configuration that cannot be used. The message is one line that names the property, the value and what is valid.</summary>
public sealed class ConfigException : Exception
{
    public ConfigException(string message) : base(message)
    {
    }

    public ConfigException(ConfigError error) : base(error.Line) => Error = error;

    public ConfigError? Error { get; }
}
