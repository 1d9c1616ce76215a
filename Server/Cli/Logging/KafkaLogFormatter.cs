using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using NettyKafka.Server.Config;

namespace NettyKafka.Cli.Logging;

/// <summary>One line for each event in the form of Kafka's server log: <c>[2026-11-22 15:43:00,123] INFO message (category)</c>.</summary>
sealed class KafkaLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "kafka";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var now = time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture);
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write($"[{now}] {LoggingController.NameOf(logEntry.LogLevel)} {OnOneLine(message)} ({logEntry.Category})\n");
        if (logEntry.Exception is { } exception)
            textWriter.Write($"{exception}\n");
    }

    // A name that a client chose must not be able to forge a line of its own.
    static string OnOneLine(string message) =>
        message.AsSpan().IndexOfAny('\r', '\n') < 0 ? message : message.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
