using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Config;

/// <summary>
/// Loggers whose levels can be altered while the broker runs, each or with all behind its name. A logger without a level has that of the nearest name before it,
/// at last that of <see cref="Root"/>. Altered levels are not kept.
/// </summary>
public sealed class LoggingController(ILoggerFactory inner, LogLevel rootLevel) : ILoggerFactory
{
    public const string Root = "root";

    static readonly (string Name, LogLevel Level)[] names =
    [
        ("TRACE", LogLevel.Trace), ("DEBUG", LogLevel.Debug), ("INFO", LogLevel.Information), ("WARN", LogLevel.Warning), ("ERROR", LogLevel.Error), ("FATAL", LogLevel.Critical),
    ];

    readonly Lock gate = new();
    readonly ConcurrentDictionary<string, LeveledLogger> loggers = new(StringComparer.Ordinal);
    ImmutableDictionary<string, LogLevel> levels = ImmutableDictionary.Create<string, LogLevel>(StringComparer.Ordinal).Add(Root, rootLevel);

    /// <summary>The names that a level can be set to, as Kafka lists them.</summary>
    public static string LevelNames => string.Join(", ", names.Select(pair => pair.Name).Order(StringComparer.Ordinal));

    /// <summary>Every logger with its level: those that write, and the names before theirs.</summary>
    public IReadOnlyList<(string Name, LogLevel Level)> Levels =>
        [.. loggers.Keys.SelectMany(AndAncestors).Append(Root).Distinct().Order(StringComparer.Ordinal).Select(name => (name, LevelOf(name)))];

    public static LogLevel? Parse(string text) => Array.Find(names, pair => pair.Name == text) is { Name: not null } found ? found.Level : null;

    public static string NameOf(LogLevel level) => Array.Find(names, pair => pair.Level == level).Name ?? "OFF";

    /// <summary>The given loggers with levels that can be altered, within what they let through.</summary>
    public static LoggingController Of(ILoggerFactory loggers)
    {
        if (loggers is LoggingController controller)
            return controller;
        var root = loggers.CreateLogger(Root);
        return new(loggers, names.Select(pair => pair.Level).Append(LogLevel.None).First(level => level == LogLevel.None || root.IsEnabled(level)));
    }

    public ILogger CreateLogger(string categoryName)
    {
        lock (gate)
            return loggers.GetOrAdd(categoryName, name => new(inner.CreateLogger(name), LevelOf(name)));
    }

    public bool Exists(string name) => name == Root || loggers.Keys.Any(logger => logger == name || logger.StartsWith(name + ".", StringComparison.Ordinal));

    public void Set(string name, LogLevel level) => Change(current => current.SetItem(name, level));

    /// <summary>Gives a logger the level of the name before its own again; the root has none before.</summary>
    public void Unset(string name) => Change(current => current.Remove(name));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    void Change(Func<ImmutableDictionary<string, LogLevel>, ImmutableDictionary<string, LogLevel>> change)
    {
        lock (gate)
        {
            levels = change(levels);
            foreach (var (name, logger) in loggers)
                logger.Level = LevelOf(name);
        }
    }

    LogLevel LevelOf(string name)
    {
        var set = Volatile.Read(ref levels);
        foreach (var each in AndAncestors(name))
            if (set.TryGetValue(each, out var level))
                return level;
        return set[Root];
    }

    static IEnumerable<string> AndAncestors(string name)
    {
        for (; name.Length > 0; name = name[..Math.Max(0, name.LastIndexOf('.'))])
            yield return name;
    }
}
