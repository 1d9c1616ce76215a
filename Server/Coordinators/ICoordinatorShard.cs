using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Coordinators;

/// <summary>The state that one partition of a coordinator's topic keeps: the replay of its log. Never called by two at a time.</summary>
public interface ICoordinatorShard
{
    /// <summary>Changes the state as a record says; both when the log is loaded and when an operation appends.</summary>
    /// <param name="record">A record of the log.</param>
    /// <param name="producerId">The producer of the transaction that the record belongs to; -1 where there is none.</param>
    void Replay(in CoordinatorRecord record, long producerId);

    /// <summary>Ends a producer's transaction in the log.</summary>
    void ReplayEndTransaction(long producerId, bool isCommitted);

    /// <summary>The log is replayed to its end: timers start.</summary>
    void OnLoaded();

    /// <summary>The cluster has another image.</summary>
    void OnMetadataUpdate(ClusterImage previous, ClusterImage next);
}
