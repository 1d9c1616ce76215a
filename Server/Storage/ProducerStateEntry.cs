using System.Runtime.CompilerServices;
using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage;

/// <summary>A batch that a producer has appended, remembered to recognise it when it is sent again.</summary>
readonly record struct BatchMetadata(int LastSequence, long LastOffset, int OffsetDelta, long Timestamp)
{
    /// <summary>Sequences go on with 0 after the greatest int.</summary>
    public int FirstSequence => (int)(((long)LastSequence - OffsetDelta) & int.MaxValue);

    public long FirstOffset => LastOffset - OffsetDelta;
}

/// <summary>What a log knows of a producer: its epoch, its last five batches and its open transaction.</summary>
sealed class ProducerStateEntry(long producerId)
{
    public const int BatchesToRetain = 5;
    public const int NoCoordinatorEpoch = -1;

    LastBatches batches;
    int first;

    public long ProducerId { get; private set; } = producerId;

    public short ProducerEpoch { get; private set; } = RecordBatch.NoProducerEpoch;

    public int CoordinatorEpoch { get; private set; } = NoCoordinatorEpoch;

    public long LastTimestamp { get; private set; } = RecordBatch.NoTimestamp;

    public long? CurrentTransactionFirstOffset { get; set; }

    public int BatchCount { get; private set; }

    public BatchMetadata? LastBatch => BatchCount == 0 ? null : batches[(first + BatchCount - 1) % BatchesToRetain];

    public int LastSequence => LastBatch?.LastSequence ?? RecordBatch.NoSequence;

    /// <summary>Whether the producer has a transaction open that it began in this epoch, or goes on with in it.</summary>
    public bool HasOngoingTransaction(short producerEpoch) => CurrentTransactionFirstOffset is not null && producerEpoch == ProducerEpoch;

    /// <summary>
    /// Whether a marker is too old. From transaction version 2 on a marker has a greater epoch than what it ends: at the producer's own epoch it can only be one that
    /// was written already, and must not end the transaction that is open since.
    /// </summary>
    public bool FencesMarker(short producerEpoch, short transactionVersion) => producerEpoch < ProducerEpoch
        || (transactionVersion >= TransactionalAppend.FirstVersionWithEpochBump && HasOngoingTransaction(producerEpoch));

    /// <summary>An entry as a snapshot keeps it: of the batches the last one only.</summary>
    public static ProducerStateEntry Restore(long producerId, short producerEpoch, int coordinatorEpoch, long timestamp, long? currentTransactionFirstOffset, BatchMetadata? lastBatch)
    {
        var entry = new ProducerStateEntry(producerId)
        {
            ProducerEpoch = producerEpoch,
            CoordinatorEpoch = coordinatorEpoch,
            LastTimestamp = timestamp,
            CurrentTransactionFirstOffset = currentTransactionFirstOffset,
        };
        if (lastBatch is { } batch)
            entry.batches[entry.BatchCount++] = batch;
        return entry;
    }

    /// <summary>The retained batch of exactly these sequences and this epoch, if there is one.</summary>
    public BatchMetadata? FindDuplicate(RecordBatch batch)
    {
        if (batch.ProducerEpoch != ProducerEpoch)
            return null;
        for (var i = 0; i < BatchCount; i++)
        {
            var retained = batches[(first + i) % BatchesToRetain];
            if (retained.FirstSequence == batch.BaseSequence && retained.LastSequence == batch.LastSequence)
                return retained;
        }

        return null;
    }

    public void AddBatch(RecordBatch batch)
    {
        EnterEpoch(batch.ProducerEpoch);
        var index = (first + BatchCount) % BatchesToRetain;
        if (BatchCount < BatchesToRetain)
            BatchCount++;
        else
            first = (first + 1) % BatchesToRetain;
        batches[index] = new(batch.LastSequence, batch.LastOffset, batch.LastOffsetDelta, batch.MaxTimestamp);
        LastTimestamp = batch.MaxTimestamp;
    }

    /// <summary>A marker ends the transaction; what was retained of the batches stays.</summary>
    public void EndTransaction(short producerEpoch, int coordinatorEpoch, long timestamp)
    {
        EnterEpoch(producerEpoch);
        CoordinatorEpoch = coordinatorEpoch;
        CurrentTransactionFirstOffset = null;
        LastTimestamp = timestamp;
    }

    public void CopyFrom(ProducerStateEntry other)
    {
        batches = other.batches;
        first = other.first;
        ProducerId = other.ProducerId;
        ProducerEpoch = other.ProducerEpoch;
        CoordinatorEpoch = other.CoordinatorEpoch;
        LastTimestamp = other.LastTimestamp;
        CurrentTransactionFirstOffset = other.CurrentTransactionFirstOffset;
        BatchCount = other.BatchCount;
    }

    void EnterEpoch(short producerEpoch)
    {
        if (ProducerEpoch == producerEpoch)
            return;
        ProducerEpoch = producerEpoch;
        BatchCount = 0;
    }

    [InlineArray(BatchesToRetain)]
    struct LastBatches
    {
        BatchMetadata element;
    }
}
