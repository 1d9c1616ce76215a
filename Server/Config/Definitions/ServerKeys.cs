using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: the broker as a whole.</summary>
static class ServerKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Class("alter.config.policy.class.name", null, Low),
        Boolean("auto.create.topics.enable", true, High).Used("Whether a client that asks for an unknown topic creates it."),
        Int("background.threads", 10, High, AtLeast(1)).ClusterWide(),
        Text("broker.rack", null, Medium).Used("The rack that Metadata reports for this node."),
        List("config.providers", "", Low).ClusterWide(),
        Boolean("controlled.shutdown.enable", true, Medium),
        Class("create.topic.policy.class.name", null, Low),
        Int("delete.records.purgatory.purge.interval.requests", 1, Medium),
        Boolean("delete.topic.enable", true, High).Used("Whether DeleteTopics is allowed."),
        Int("fetch.max.bytes", 57_671_680, Medium, AtLeast(1024)).Used("The most bytes one Fetch response carries, whatever the client asks for."),
        Int("fetch.purgatory.purge.interval.requests", 1000, Medium),
        Int("max.incremental.fetch.session.cache.slots", 1000, Medium, AtLeast(0)).Used("Incremental fetch sessions kept at most."),
        Int("max.request.partition.size.limit", 2000, Medium, AtLeast(1)).Used("The most partitions in one DescribeTopicPartitions page."),
        Int("num.io.threads", 8, High, AtLeast(1)).ClusterWide().Used("Threads for work that can block: cold reads, flushes, compression."),
        Int("num.partitions", 1, Medium, AtLeast(1)).Used("Partitions of a topic that is created without a count."),
        Int("producer.purgatory.purge.interval.requests", 1000, Medium),
    ];
}
