namespace NettyKafka.Server.Config;

/// <summary>The limits that a listener has for itself.</summary>
public readonly record struct ListenerLimits(int MaxConnections, int MaxConnectionCreationRate)
{
    public static ListenerLimits Of(BrokerConfig config, string listenerName)
    {
        var values = new ConfigValues(BrokerConfigs.Definition, config.Settings.EffectiveOf(listenerName));
        return new(values.Int("max.connections"), values.Int("max.connection.creation.rate"));
    }
}
