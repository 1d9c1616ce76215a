namespace NettyKafka.Server.Cluster;

/// <summary>The topics that brokers keep their own state in.</summary>
public static class InternalTopics
{
    public const string ConsumerOffsets = "__consumer_offsets";
    public const string TransactionState = "__transaction_state";
    public const string ShareGroupState = "__share_group_state";

    /// <summary>No topic for clients: its partition 0 is the metadata log itself.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    public static bool Contains(string topic) => topic is ConsumerOffsets or TransactionState or ShareGroupState;
}
