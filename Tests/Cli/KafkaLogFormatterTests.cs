using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Cli.Logging;

namespace NettyKafka.Tests.Cli;

public sealed class KafkaLogFormatterTests
{
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 15, 43, 0, 123, TimeSpan.Zero));

    [TestCase(LogLevel.Trace, "TRACE")]
    [TestCase(LogLevel.Debug, "DEBUG")]
    [TestCase(LogLevel.Information, "INFO")]
    [TestCase(LogLevel.Warning, "WARN")]
    [TestCase(LogLevel.Error, "ERROR")]
    [TestCase(LogLevel.Critical, "FATAL")]
    public void A_line_is_as_in_Kafkas_server_log(LogLevel level, string name) =>
        Assert.That(Write(level, "Kafka Server started"), Is.EqualTo($"[2026-11-22 15:43:00,123] {name} Kafka Server started (kafka.server)\n"));

    [Test]
    public void A_message_cannot_forge_a_line() =>
        Assert.That(Write(LogLevel.Information, "client a\r\n[x] FATAL b"), Is.EqualTo("[2026-11-22 15:43:00,123] INFO client a\\r\\n[x] FATAL b (kafka.server)\n"));

    [Test]
    public void An_exception_follows_on_its_own_lines() =>
        Assert.That(Write(LogLevel.Error, "m", new InvalidOperationException("bug")), Is.EqualTo("[2026-11-22 15:43:00,123] ERROR m (kafka.server)\nSystem.InvalidOperationException: bug\n"));

    [TestCase("info", LogLevel.Information)]
    [TestCase("WARN", LogLevel.Warning)]
    [TestCase("OFF", LogLevel.None)]
    [TestCase("loud", null)]
    public void A_level_has_Kafkas_name(string name, LogLevel? level) => Assert.That(ConsoleLog.LevelOf(name), Is.EqualTo(level));

    string Write(LogLevel level, string message, Exception? exception = null)
    {
        using var writer = new StringWriter();
        new KafkaLogFormatter(time).Write(new LogEntry<string>(level, "kafka.server", default, message, exception, (state, _) => state), null, writer);
        return writer.ToString();
    }
}
