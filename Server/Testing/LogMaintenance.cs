using NettyKafka.Server;
using NettyKafka.Server.Storage;

namespace NettyKafka.Testing;

/// <summary>Does at once what a broker does to its logs from time to time.</summary>
static class LogMaintenance
{
    /// <exception cref="ArgumentException">There is no such topic, or it is not compacted.</exception>
    public static async Task CompactAsync(Broker broker, string topic)
    {
        foreach (var log in LogsOf(broker, topic))
        {
            if (!log.Config.IsCompacted)
                throw new ArgumentException($"The topic {topic} has cleanup.policy={log.Config.CleanupPolicy}: only with compact in it there is something to do", nameof(topic));
            await log.RollAsync().ConfigureAwait(false);
            await broker.Logs.Cleaner.CompactAsync(log.Partition).ConfigureAwait(false);
        }
    }

    /// <exception cref="ArgumentException">There is no such topic.</exception>
    public static int ApplyRetention(Broker broker, string topic) => LogsOf(broker, topic).Sum(log => log.DeleteOldSegments());

    static List<UnifiedLog> LogsOf(Broker broker, string topic)
    {
        var image = broker.Cluster.Image.FindTopic(topic) ?? throw new ArgumentException($"There is no topic {topic}.", nameof(topic));
        return [.. image.Partitions.Keys.Select(partition => broker.Partitions.Find(new(topic, partition))?.Log).OfType<UnifiedLog>()];
    }
}
