namespace NettyKafka.Server.Storage;

/// <summary>
/// The verifications of a log's producers, one for each epoch that somebody has named: whether it is the producer's own only the coordinator knows. Part of the log's
/// state in memory, changed under the log's lock.
/// </summary>
sealed class VerificationStates
{
    readonly Dictionary<long, SortedList<short, VerificationStateEntry>> entries = [];

    public VerificationStateEntry? Find(ProducerIdAndEpoch producer) => entries.GetValueOrDefault(producer.ProducerId)?.GetValueOrDefault(producer.Epoch);

    /// <summary>Whether a guard is that of the verification of a producer in this epoch, with nothing of the producer ended since.</summary>
    public bool IsVerified(ProducerIdAndEpoch producer, VerificationGuard? guard) => guard is not null && Find(producer)?.Guard == guard;

    /// <summary>The verification of a producer's first append to a transaction: the one that is under way, or a new one.</summary>
    public VerificationGuard Start(ProducerIdAndEpoch producer, int baseSequence, bool supportsEpochBump, long now)
    {
        if (Find(producer) is { } entry)
        {
            entry.UpdateLowestSequence(baseSequence);
            return entry.Guard;
        }

        if (!entries.TryGetValue(producer.ProducerId, out var epochs))
            entries[producer.ProducerId] = epochs = new(capacity: 1);
        epochs[producer.Epoch] = entry = new(baseSequence, supportsEpochBump, now);
        return entry.Guard;
    }

    /// <summary>Ends the verifications of a producer in an epoch and those before it.</summary>
    public void Clear(ProducerIdAndEpoch upTo)
    {
        if (!entries.TryGetValue(upTo.ProducerId, out var epochs))
            return;
        while (epochs.Count > 0 && epochs.GetKeyAtIndex(0) <= upTo.Epoch)
            epochs.RemoveAt(0);
        if (epochs.Count == 0)
            entries.Remove(upTo.ProducerId);
    }

    public void RemoveExpired(long now, long expirationMs)
    {
        foreach (var (producerId, epochs) in entries)
        {
            for (var i = epochs.Count - 1; i >= 0; i--)
            {
                if (now - epochs.GetValueAtIndex(i).Timestamp >= expirationMs)
                    epochs.RemoveAt(i);
            }

            if (epochs.Count == 0)
                entries.Remove(producerId);
        }
    }

    /// <summary>Goes on with the verifications of another log of the same partition.</summary>
    public void TakeOver(VerificationStates other)
    {
        foreach (var (producerId, epochs) in other.entries)
            entries[producerId] = epochs;
    }
}
