using System.Collections.Immutable;
using NettyKafka.Codec.Records;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>What is known of a transactional id. It never changes: each step makes another one, and the steps that Kafka does not allow fail.</summary>
public sealed record TransactionMetadata
{
    public const long NoTimestamp = -1;

    /// <summary>From this transaction version on each end of a transaction bumps the epoch (KIP-890).</summary>
    public const short FirstVersionWithEpochBump = 2;

    public required string TransactionalId { get; init; }

    public required ProducerIdAndEpoch Producer { get; init; }

    /// <summary>The producer id before the present one, by which a retry over a change of ids is known; -1 where there was none.</summary>
    public long PreviousProducerId { get; init; } = RecordBatch.NoProducerId;

    /// <summary>The producer id that the client goes on with when the epochs of the present one are used up; -1 otherwise.</summary>
    public long NextProducerId { get; init; } = RecordBatch.NoProducerId;

    /// <summary>The epoch before the present one where the producer itself has bumped it, so that it may ask again; -1 otherwise. As in Kafka the log does not keep it.</summary>
    public short LastProducerEpoch { get; init; } = RecordBatch.NoProducerEpoch;

    public required int TimeoutMs { get; init; }

    public TransactionState State { get; init; }

    public ImmutableHashSet<TopicPartition> Partitions { get; init; } = [];

    public long StartTimestampMs { get; init; } = NoTimestamp;

    public required long LastUpdateTimestampMs { get; init; }

    /// <summary>The transaction version by which the last transaction was ended.</summary>
    public short ClientTransactionVersion { get; init; }

    /// <summary>The greatest epoch is never given to a client: the coordinator may need it to fence.</summary>
    public bool IsEpochExhausted => IsExhausted(Producer.Epoch);

    public static bool IsExhausted(short epoch) => epoch >= short.MaxValue - 1;

    /// <summary>A producer begins anew with an epoch, or also an id, of its own.</summary>
    public TransactionMetadata Initialized(ProducerIdAndEpoch producer, short lastProducerEpoch, int timeoutMs, long now) => To(TransactionState.Empty, now) with
    {
        Producer = producer,
        PreviousProducerId = Producer.ProducerId,
        LastProducerEpoch = lastProducerEpoch,
        TimeoutMs = timeoutMs,
        Partitions = [],
        StartTimestampMs = NoTimestamp,
    };

    public TransactionMetadata WithPartitions(IEnumerable<TopicPartition> added, long now) => To(TransactionState.Ongoing, now) with
    {
        Partitions = State == TransactionState.Ongoing ? Partitions.Union(added) : [.. added],
        StartTimestampMs = State == TransactionState.Ongoing ? StartTimestampMs : now,
    };

    /// <summary>The end that a client has decided. From transaction version 2 on it bumps the epoch, or goes on to another producer id where the epochs are used up.</summary>
    public TransactionMetadata Ending(bool isCommit, short clientTransactionVersion, long nextProducerId, long now)
    {
        var bumps = clientTransactionVersion >= FirstVersionWithEpochBump;
        return To(isCommit ? TransactionState.PrepareCommit : TransactionState.PrepareAbort, now) with
        {
            Producer = bumps ? Bumped : Producer,
            LastProducerEpoch = bumps ? Producer.Epoch : LastProducerEpoch,
            NextProducerId = nextProducerId,
            // Nothing may have been added to the transaction, nor a start have been noted.
            Partitions = State == TransactionState.Ongoing ? Partitions : [],
            StartTimestampMs = State == TransactionState.Ongoing ? StartTimestampMs : now,
            ClientTransactionVersion = VersionOfMarkers(clientTransactionVersion),
        };
    }

    /// <summary>An abort by the coordinator, which its producer is fenced by. Where the epochs are used up, who comes next has another producer id.</summary>
    public TransactionMetadata Fenced(short transactionVersion, long nextProducerId, long now) => To(TransactionState.PrepareAbort, now) with
    {
        Producer = Bumped,
        LastProducerEpoch = RecordBatch.NoProducerEpoch,
        NextProducerId = nextProducerId,
        ClientTransactionVersion = VersionOfMarkers(transactionVersion),
    };

    /// <summary>What the producer goes on as when all markers are written.</summary>
    public ProducerIdAndEpoch ProducerAfterwards => NextProducerId == RecordBatch.NoProducerId ? Producer : new(NextProducerId, 0);

    /// <summary>All markers are written.</summary>
    public TransactionMetadata Completed(long now) => To(State == TransactionState.PrepareCommit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort, now) with
    {
        Producer = ProducerAfterwards,
        PreviousProducerId = Producer.ProducerId,
        NextProducerId = RecordBatch.NoProducerId,
        Partitions = [],
    };

    /// <summary>Whether an end of the transaction comes again from a producer that has not heard of the epoch, or the id, it is to go on with.</summary>
    public bool IsRetryOfEnd(ProducerIdAndEpoch producer)
    {
        if (ClientTransactionVersion < FirstVersionWithEpochBump || State is TransactionState.Empty or TransactionState.Ongoing)
            return false;
        var isBeforeBump = producer.ProducerId == Producer.ProducerId && producer.Epoch == Producer.Epoch - 1;
        var isBeforeRotation = producer.ProducerId == PreviousProducerId && producer.Epoch == short.MaxValue - 1 && Producer.Epoch == 0;
        return isBeforeBump || isBeforeRotation;
    }

    /// <summary>Whether a producer goes by the id that the client has been told already, and that it gets when the markers are written.</summary>
    public bool IsNext(long producerId) => State.IsEnding() && NextProducerId != RecordBatch.NoProducerId && NextProducerId == producerId;

    /// <summary>The greatest epoch, which some versions of Kafka have given to a client, has none after it.</summary>
    bool HasNextEpoch => Producer.Epoch < short.MaxValue;

    ProducerIdAndEpoch Bumped => HasNextEpoch ? Producer with { Epoch = (short)(Producer.Epoch + 1) } : Producer;

    /// <summary>Markers without a greater epoch are taken by the older rule only.</summary>
    short VersionOfMarkers(short transactionVersion) => HasNextEpoch ? transactionVersion : (short)0;

    TransactionMetadata To(TransactionState next, long now) => next.CanFollow(State)
        ? this with { State = next, LastUpdateTimestampMs = now }
        : throw new InvalidOperationException($"The transaction of {TransactionalId} cannot go from {State} to {next}");
}
