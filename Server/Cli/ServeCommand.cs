using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NettyKafka.Cli.Logging;
using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

/// <summary>Starts a broker that is ready when the task is done; disposing of it stops it cleanly.</summary>
delegate ValueTask<IAsyncDisposable> StartBroker(BrokerConfig config, ServeOptions options, ILoggerFactory loggerFactory, CancellationToken cancellationToken);

/// <summary>Runs a broker until it is told to stop. A start that fails is one line on standard error and exit code 1.</summary>
sealed class ServeCommand(StartBroker startBroker, IReadOnlyDictionary<string, string> environment, TextWriter error, TimeProvider time)
{
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    const int Failed = 1;

    public async Task<int> RunAsync(ServeOptions options, CancellationToken stop)
    {
        BrokerConfig config;
        try
        {
            config = ServeSettings.Resolve(options, environment);
        }
        catch (ConfigException e)
        {
            return Fail(e.Message);
        }

        using var loggerFactory = ConsoleLog.Create(LevelOf(options), options.LogFormat);
        SetLevels(loggerFactory);
        var log = loggerFactory.CreateLogger("nettykafka");
        LogSettings(log, config);
        try
        {
            var broker = await startBroker(config, options, loggerFactory, stop).ConfigureAwait(false);
            await UntilAsync(stop).ConfigureAwait(false);
            return await StopAsync(broker, log).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is ConfigException or IOException or UnauthorizedAccessException or SocketException)
        {
            return Fail(e.Message);
        }
    }

    async Task<int> StopAsync(IAsyncDisposable broker, ILogger log)
    {
        try
        {
            await broker.DisposeAsync().AsTask().WaitAsync(StopTimeout, time, CancellationToken.None).ConfigureAwait(false);
            return 0;
        }
        catch (TimeoutException)
        {
            log.LogError("The broker did not stop within {Seconds} s; its logs are recovered at the next start", StopTimeout.TotalSeconds);
            return Failed;
        }
    }

    LogLevel LevelOf(ServeOptions options) =>
        options.LogLevel ?? ConsoleLog.LevelOf(environment.GetValueOrDefault("KAFKA_LOG4J_ROOT_LOGLEVEL", "INFO")) ?? LogLevel.Information;

    /// <summary>KAFKA_LOG4J_LOGGERS of the apache/kafka image: name=level,…</summary>
    void SetLevels(LoggingController logging)
    {
        foreach (var entry in environment.GetValueOrDefault("KAFKA_LOG4J_LOGGERS", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split('=', StringSplitOptions.TrimEntries) is [var name, var text] && ConsoleLog.LevelOf(text) is { } level)
                logging.Set(name, level);
            else
                logging.CreateLogger("nettykafka").LogWarning("KAFKA_LOG4J_LOGGERS has {Entry}, which is not LOGGER=LEVEL", entry);
        }
    }

    int Fail(string message)
    {
        error.WriteLine($"nettykafka: {message.ReplaceLineEndings(" ")}");
        return Failed;
    }

    static async Task UntilAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource();
        using var registration = stop.Register(stopped.SetResult);
        await stopped.Task.ConfigureAwait(false);
    }

    static void LogSettings(ILogger log, BrokerConfig config)
    {
        foreach (var name in config.Settings.UnknownNames)
            log.LogWarning("The property {Name} is unknown and has no effect", name);
        if (config.Settings.UnusedNames.ToList() is { Count: > 0 } unused)
            log.LogInformation("Accepted without effect: {Names}", string.Join(", ", unused));
    }
}
