using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Config;

/// <summary>A logger that lets through what is of its level or above, which can change.</summary>
sealed class LeveledLogger(ILogger inner, LogLevel level) : ILogger
{
    volatile LogLevel level = level;

    public LogLevel Level
    {
        get => level;
        set => level = value;
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= level && inner.IsEnabled(logLevel);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= level)
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
