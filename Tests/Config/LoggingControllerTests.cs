using Microsoft.Extensions.Logging;
using NettyKafka.Server.Config;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Config;

public sealed class LoggingControllerTests : IDisposable
{
    readonly Sink sink = new();
    readonly LoggingController logging;

    public LoggingControllerTests() => logging = new(sink, LogLevel.Information);

    public void Dispose()
    {
        logging.Dispose();
        sink.Dispose();
    }

    [Test]
    public void A_logger_has_the_level_of_the_nearest_name_before_it()
    {
        var cleaner = logging.CreateLogger("kafka.log.LogCleaner");
        logging.Set("kafka", LogLevel.Warning);
        logging.Set("kafka.log", LogLevel.Debug);

        Assert.That(LevelOf(cleaner), Is.EqualTo(LogLevel.Debug));
        Assert.That(LevelOf(logging.CreateLogger("kafka.server.KafkaServer")), Is.EqualTo(LogLevel.Warning), "a later logger too");
        Assert.That(LevelOf(logging.CreateLogger("kafkaesque")), Is.EqualTo(LogLevel.Information), "another name");
        logging.Unset("kafka.log");
        Assert.That(LevelOf(cleaner), Is.EqualTo(LogLevel.Warning));
    }

    [Test]
    public void What_is_below_the_level_is_not_written()
    {
        var logger = logging.CreateLogger("kafka");
        logger.LogDebug("one");
        logging.Set(LoggingController.Root, LogLevel.Debug);
        logger.LogDebug("two");
        logging.Set("kafka", LogLevel.None);
        logger.LogCritical("three");

        Assert.That(sink.Logger.Messages, Is.EqualTo(new[] { "two" }));
    }

    [Test]
    public void Every_logger_and_the_names_before_it_are_listed_and_exist()
    {
        logging.CreateLogger("kafka.log.LogManager");

        Assert.That(logging.Levels, Is.EqualTo(new[]
        {
            ("kafka", LogLevel.Information), ("kafka.log", LogLevel.Information), ("kafka.log.LogManager", LogLevel.Information), ("root", LogLevel.Information),
        }));
        Assert.That(logging.Exists("kafka.log") && logging.Exists("root") && !logging.Exists("kafka.lo"));
    }

    [TestCase("TRACE", LogLevel.Trace)]
    [TestCase("DEBUG", LogLevel.Debug)]
    [TestCase("INFO", LogLevel.Information)]
    [TestCase("WARN", LogLevel.Warning)]
    [TestCase("ERROR", LogLevel.Error)]
    [TestCase("FATAL", LogLevel.Critical)]
    public void Levels_have_Kafkas_names(string name, LogLevel level)
    {
        Assert.That(LoggingController.Parse(name), Is.EqualTo(level));
        Assert.That(LoggingController.NameOf(level), Is.EqualTo(name));
        Assert.That(LoggingController.Parse(name.ToLowerInvariant()), Is.Null, "in capitals only");
    }

    static LogLevel LevelOf(ILogger logger) => Enum.GetValues<LogLevel>().First(logger.IsEnabled);

    sealed class Sink : ILoggerFactory
    {
        public TestLogger Logger { get; } = new();

        public ILogger CreateLogger(string categoryName) => Logger;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
