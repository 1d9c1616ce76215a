using System.Globalization;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Handlers;

/// <summary>The levels of this broker's loggers as configs of a resource (KIP-412). They are not kept: a restart brings back what it was started with.</summary>
public sealed class BrokerLoggers(LoggingController logging)
{
    readonly ILogger logger = logging.CreateLogger("kafka.server.logger.RuntimeLoggerManager");

    public IReadOnlyList<ConfigEntry> Describe() =>
    [
        .. logging.Levels.Select(each => new ConfigEntry(
            each.Name, LoggingController.NameOf(each.Level), ConfigSource.DynamicBrokerLoggerConfig, IsSensitive: false, IsReadOnly: false, [], ConfigType.Unknown, null)),
    ];

    /// <summary>Alters levels: all that are named, or none and why.</summary>
    public (ErrorCode Error, string? Message) Alter(ConfigChange change, bool validateOnly, int nodeId)
    {
        if (CheckNode(change.Resource.Name, nodeId) is { } notHere)
            return (ErrorCode.InvalidRequest, notHere);
        if (CheckRequest(change) is { } refused)
            return (ErrorCode.InvalidRequest, refused);
        foreach (var entry in change.Entries)
            if (Check(entry) is var (error, message) && error != ErrorCode.None)
                return (error, message);
        if (!validateOnly)
            foreach (var entry in change.Entries)
                Apply(entry);
        return (ErrorCode.None, null);
    }

    static string? CheckNode(string name, int nodeId)
    {
        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            return $"Node id must be an integer, but it is: {name}";
        return id == nodeId ? null : $"Unexpected node id. Expected {nodeId}, but received {name}";
    }

    static string? CheckRequest(ConfigChange change)
    {
        if (change.Entries.Select(entry => entry.Name).Distinct().Count() < change.Entries.Count)
            return "Error due to duplicate config keys";
        var nulls = change.Entries.Where(entry => entry.Value is null && entry.Op != AlterConfigOp.Delete).Select(entry => entry.Name).ToList();
        return nulls.Count > 0 ? $"Null value not supported for : {string.Join(", ", nulls)}" : null;
    }

    (ErrorCode Error, string? Message) Check(ConfigChange.Entry entry) => entry.Op switch
    {
        AlterConfigOp.Append or AlterConfigOp.Subtract => (ErrorCode.InvalidRequest, $"{entry.Op.ToString().ToUpperInvariant()} operation is not allowed for the BROKER_LOGGER resource"),
        not (AlterConfigOp.Set or AlterConfigOp.Delete) => (ErrorCode.InvalidRequest, $"Unknown operation type {(sbyte)entry.Op} is not allowed for the BROKER_LOGGER resource"),
        _ when !logging.Exists(entry.Name) => (ErrorCode.InvalidConfig, $"Logger {entry.Name} does not exist!"),
        AlterConfigOp.Set when LoggingController.Parse(entry.Value!) is null => (
            ErrorCode.InvalidConfig,
            $"Cannot set the log level of {entry.Name} to {entry.Value} as it is not a supported log level. Valid log levels are {LoggingController.LevelNames}"),
        AlterConfigOp.Delete when entry.Name == LoggingController.Root => (ErrorCode.InvalidRequest, "Removing the log level of the root logger is not allowed"),
        _ => (ErrorCode.None, null),
    };

    void Apply(ConfigChange.Entry entry)
    {
        if (entry.Op == AlterConfigOp.Delete)
        {
            logging.Unset(entry.Name);
            logger.LogWarning("Unset the log level of {Logger}", entry.Name);
            return;
        }

        logging.Set(entry.Name, LoggingController.Parse(entry.Value!)!.Value);
        logger.LogWarning("Updated the log level of {Logger} to {Level}", entry.Name, entry.Value);
    }
}
