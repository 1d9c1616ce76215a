namespace NettyKafka.Server.Config;

/// <summary>What each profile sets.</summary>
public static class Profiles
{
    static readonly Dictionary<string, string> durable = new()
    {
        ["log.flush.interval.messages"] = "1",
    };

    static readonly Dictionary<string, string> dev = new()
    {
        ["group.initial.rebalance.delay.ms"] = "0",
        ["num.io.threads"] = "2",
        ["num.network.threads"] = "2",
        ["offsets.topic.num.partitions"] = "1",
        ["offsets.topic.replication.factor"] = "1",
        ["transaction.state.log.num.partitions"] = "1",
        ["transaction.state.log.replication.factor"] = "1",
        ["transaction.state.log.min.isr"] = "1",
        ["share.coordinator.state.topic.num.partitions"] = "1",
        ["share.coordinator.state.topic.replication.factor"] = "1",
        ["share.coordinator.state.topic.min.isr"] = "1",
    };

    static readonly Dictionary<string, string> kafka = [];

    public static IReadOnlyDictionary<string, string> SettingsOf(Profile profile) => profile switch
    {
        Profile.Durable => durable,
        Profile.Dev => dev,
        _ => kafka,
    };
}
