using NettyKafka.Server.Config.Definitions;

namespace NettyKafka.Server.Config;

/// <summary>The configs of a group; the default of most is the broker config of the same name behind <c>group.</c></summary>
public static class GroupConfigs
{
    public static readonly ConfigDef Definition = new(GroupResourceKeys.Keys);

    /// <summary>The broker config that is the default of a group config, or null when there is none.</summary>
    public static string? BrokerNameOf(string groupName) =>
        BrokerConfigs.Definition.TryFind($"group.{groupName}", out var key) ? key.Name : null;
}
