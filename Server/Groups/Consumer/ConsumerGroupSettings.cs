using System.Globalization;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>What consumer groups are configured with: the broker's configs, and those of single groups within the broker's bounds.</summary>
sealed class ConsumerGroupSettings(BrokerConfig config, CoordinatorContext context)
{
    const string SessionTimeout = "consumer.session.timeout.ms";
    const string HeartbeatInterval = "consumer.heartbeat.interval.ms";

    public ServerAssignors Assignors { get; } = new(config.GroupConsumerAssignors);

    public int MaxSize => config.GroupConsumerMaxSize;

    public int ClassicMaxSize => config.GroupMaxSize;

    public bool IsUpgradeEnabled { get; } = IsPolicy(config, "upgrade");

    public bool IsDowngradeEnabled { get; } = IsPolicy(config, "downgrade");

    /// <exception cref="CoordinatorException">The group has no room for one who is not in it.</exception>
    public void CheckSize(ConsumerGroup group, string memberId)
    {
        if (group.Find(memberId) is null)
            CheckRoom(group.Members.Count);
    }

    /// <exception cref="CoordinatorException">A group of so many members has no room for another.</exception>
    public void CheckRoom(int members)
    {
        if (members >= MaxSize)
            throw new CoordinatorException(ErrorCode.GroupMaxSizeReached, $"The consumer group has reached its maximum capacity of {MaxSize} members.");
    }

    public int SessionTimeoutMs(string groupId) => Of(groupId, SessionTimeout) is { } own
        ? Math.Clamp(own, config.GroupConsumerMinSessionTimeoutMs, config.GroupConsumerMaxSessionTimeoutMs)
        : config.GroupConsumerSessionTimeoutMs;

    public int HeartbeatIntervalMs(string groupId) => Of(groupId, HeartbeatInterval) is { } own
        ? Math.Clamp(own, config.GroupConsumerMinHeartbeatIntervalMs, config.GroupConsumerMaxHeartbeatIntervalMs)
        : config.GroupConsumerHeartbeatIntervalMs;

    static bool IsPolicy(BrokerConfig config, string name) =>
        string.Equals(config.GroupConsumerMigrationPolicy, name, StringComparison.OrdinalIgnoreCase) || string.Equals(config.GroupConsumerMigrationPolicy, "bidirectional", StringComparison.OrdinalIgnoreCase);

    int? Of(string groupId, string name) =>
        context.Image.ConfigsOf(new(ConfigResourceType.Group, groupId)).TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
