namespace NettyKafka.Cli.Logging;

/// <summary>How the log is written to standard output.</summary>
enum LogFormat
{
    Text,
    Json,
}
