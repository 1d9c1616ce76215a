namespace NettyKafka.Server.Storage;

/// <summary>A producer as a log knows it, for others to look at.</summary>
public readonly record struct ProducerState(
    ProducerIdAndEpoch Producer, int LastSequence, long LastTimestamp, int CoordinatorEpoch, long? CurrentTransactionFirstOffset);
