using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: tiered storage.</summary>
static class RemoteStorageKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Int("remote.fetch.max.wait.ms", 500, Medium, AtLeast(1)).ClusterWide(),
        Long("remote.list.offsets.request.timeout.ms", 30_000, Medium, AtLeast(1)).ClusterWide(),
        Long("remote.log.index.file.cache.total.size.bytes", 1_073_741_824, Low, AtLeast(1)).ClusterWide(),
        Int("remote.log.manager.copier.thread.pool.size", 10, Medium, AtLeast(1)).ClusterWide(),
        Long("remote.log.manager.copy.max.bytes.per.second", long.MaxValue, Medium, AtLeast(1)).ClusterWide(),
        Int("remote.log.manager.copy.quota.window.num", 11, Medium, AtLeast(1)),
        Int("remote.log.manager.copy.quota.window.size.seconds", 1, Medium, AtLeast(1)),
        Int("remote.log.manager.expiration.thread.pool.size", 10, Medium, AtLeast(1)).ClusterWide(),
        Long("remote.log.manager.fetch.max.bytes.per.second", long.MaxValue, Medium, AtLeast(1)).ClusterWide(),
        Int("remote.log.manager.fetch.quota.window.num", 11, Medium, AtLeast(1)),
        Int("remote.log.manager.fetch.quota.window.size.seconds", 1, Medium, AtLeast(1)),
        Int("remote.log.manager.follower.thread.pool.size", 2, Medium, AtLeast(1)).ClusterWide(),
        Long("remote.log.manager.task.interval.ms", 30_000, Low, AtLeast(1)),
        Int("remote.log.manager.thread.pool.size", 2, Medium, AtLeast(1)),
        Int("remote.log.metadata.custom.metadata.max.bytes", 128, Low, AtLeast(0)),
        Text("remote.log.metadata.manager.class.name", "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager", Medium, NonEmptyString),
        Text("remote.log.metadata.manager.class.path", null, Medium),
        Text("remote.log.metadata.manager.impl.prefix", "rlmm.config.", Medium, NonEmptyString),
        Text("remote.log.metadata.manager.listener.name", null, Medium, NonEmptyString),
        Int("remote.log.reader.max.pending.tasks", 100, Medium, AtLeast(1)),
        Int("remote.log.reader.threads", 10, Medium, AtLeast(1)).ClusterWide(),
        Text("remote.log.storage.manager.class.name", null, Medium, NonEmptyString),
        Text("remote.log.storage.manager.class.path", null, Medium),
        Text("remote.log.storage.manager.impl.prefix", "rsm.config.", Medium, NonEmptyString),
        Boolean("remote.log.storage.system.enable", false, Medium),
    ];
}
