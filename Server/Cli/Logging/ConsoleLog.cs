using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using NettyKafka.Server.Config;

namespace NettyKafka.Cli.Logging;

/// <summary>The log on standard output.</summary>
static class ConsoleLog
{
    public static LoggingController Create(LogLevel level, LogFormat format) => new(Create(format), level);

    static ILoggerFactory Create(LogFormat format) => LoggerFactory.Create(log =>
    {
        log.SetMinimumLevel(LogLevel.Trace);
        if (format == LogFormat.Json)
        {
            log.AddJsonConsole(json => (json.TimestampFormat, json.UseUtcTimestamp) = ("O", true));
            return;
        }
        log.Services.AddSingleton<ConsoleFormatter>(new KafkaLogFormatter(TimeProvider.System));
        log.AddConsole(console => console.FormatterName = KafkaLogFormatter.FormatterName);
    });

    /// <summary>The level of Kafka's or of .NET's name, or null for an unknown one.</summary>
    public static LogLevel? LevelOf(string name) => name.ToUpperInvariant() switch
    {
        "TRACE" or "ALL" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFO" or "INFORMATION" => LogLevel.Information,
        "WARN" or "WARNING" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" or "CRITICAL" => LogLevel.Critical,
        "OFF" or "NONE" => LogLevel.None,
        _ => null,
    };
}
