using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>
/// Carries out what is decided: a marker into each partition of a transaction, tried as often as it takes, and then the record that it is complete. A transaction
/// whose markers are refused for those of a later coordinator is left to that one.
/// </summary>
public sealed class TransactionCompletion(CoordinatorContext context, TransactionTable table, Func<TopicPartition, TxnMarkerEntry, Task<ErrorCode>> writeMarker)
{
    const int FirstRetryBackoffMs = 100;
    const int MaxRetryBackoffMs = 6_400;

    /// <summary>More of them are not written on the thread that happens to run the shard's turn, which is an event loop.</summary>
    const int MaxInlineMarkers = 100;

    /// <summary>
    /// Kafka answers EndTxn once it is decided, and lets the producer's next request try again until the markers are there. Waiting for them spares both, but not for
    /// partitions that cannot be written now.
    /// </summary>
    const int AnswerTimeoutMs = 1_000;

    public void Start(TransactionMetadata ending, PendingReply<ProducerResult>? reply)
    {
        var work = new Work(ending) { Reply = reply };
        if (work.Remaining.Count == 0)
        {
            Complete(work);
            return;
        }

        if (reply is not null)
        {
            work.AnswerTimer = context.Timers.Create(() => Answer(work));
            work.AnswerTimer.Schedule(AnswerTimeoutMs);
        }

        WriteMarkers(work);
    }

    void WriteMarkers(Work work) => context.WhenDurable(() => WriteAsync(work.Marker(context.Epoch), [.. work.Remaining]), results => OnWritten(work, results));

    async Task<(TopicPartition Partition, ErrorCode Error)[]> WriteAsync(TxnMarkerEntry marker, TopicPartition[] partitions)
    {
        if (partitions.Length > MaxInlineMarkers)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        // All of them are started before any is awaited, so that they share a flush.
        var writes = Array.ConvertAll(partitions, partition => writeMarker(partition, marker));
        var errors = await Task.WhenAll(writes).ConfigureAwait(false);
        return [.. partitions.Zip(errors)];
    }

    void OnWritten(Work work, (TopicPartition Partition, ErrorCode Error)[] results)
    {
        foreach (var (partition, error) in results)
        {
            if (error == ErrorCode.TransactionCoordinatorFenced)
            {
                context.Logger.LogWarning("The markers of {TransactionalId} are left to a later coordinator, whose {Partition} has", work.Metadata.TransactionalId, partition);
                return;
            }

            if (error == ErrorCode.None || context.Image.FindTopic(partition.Topic)?.Partitions.ContainsKey(partition.Partition) != true)
                work.Remaining.Remove(partition);
            else
                context.Logger.LogDebug("A marker of {TransactionalId} cannot be written to {Partition} yet: {Error}", work.Metadata.TransactionalId, partition, error);
        }

        if (work.Remaining.Count == 0)
            Complete(work);
        else
            context.Timers.Create(() => WriteMarkers(work)).Schedule(work.NextBackoffMs());
    }

    void Complete(Work work)
    {
        table.Update(work.Metadata.Completed(context.NowMs));
        Answer(work);
    }

    void Answer(Work work)
    {
        if (work.Reply is not { } reply)
            return;
        work.Reply = null;
        work.AnswerTimer?.Cancel();
        context.Reply(reply, ProducerResult.Of(work.Metadata.ProducerAfterwards));
    }

    /// <summary>A transaction whose markers are being written.</summary>
    sealed class Work(TransactionMetadata metadata)
    {
        int attempts;

        public TransactionMetadata Metadata => metadata;

        public HashSet<TopicPartition> Remaining { get; } = [.. metadata.Partitions];

        public PendingReply<ProducerResult>? Reply { get; set; }

        public CoordinatorTimer? AnswerTimer { get; set; }

        public int NextBackoffMs() => Math.Min(FirstRetryBackoffMs << Math.Min(attempts++, 16), MaxRetryBackoffMs);

        public TxnMarkerEntry Marker(int coordinatorEpoch) => new(metadata.Producer, metadata.State == TransactionState.PrepareCommit, coordinatorEpoch, metadata.ClientTransactionVersion);
    }
}
