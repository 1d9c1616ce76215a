namespace NettyKafka.Server.Storage;

/// <summary>The verifications of a log's producers, one each. Part of the log's state in memory, changed under the log's lock.</summary>
sealed class VerificationStates
{
    readonly Dictionary<long, VerificationStateEntry> entries = [];

    public VerificationStateEntry? Find(long producerId) => entries.GetValueOrDefault(producerId);

    /// <summary>Whether a guard is that of the verification of a producer in this epoch, with nothing of the producer ended since.</summary>
    public bool IsVerified(ProducerIdAndEpoch producer, VerificationGuard? guard) =>
        guard is not null && Find(producer.ProducerId) is { } entry && entry.Guard == guard && entry.Producer == producer;

    /// <summary>The verification of a producer's first append to a transaction: the one that is under way, or a new one. Who asks with an older epoch gets a guard that opens nothing.</summary>
    public VerificationGuard Start(ProducerIdAndEpoch producer, int baseSequence, bool supportsEpochBump, long now)
    {
        if (Find(producer.ProducerId) is { } entry && entry.Producer.Epoch >= producer.Epoch)
        {
            if (entry.Producer.Epoch > producer.Epoch)
                return new();
            entry.UpdateLowestSequence(baseSequence);
            return entry.Guard;
        }

        entry = new(producer, baseSequence, supportsEpochBump, now);
        entries[producer.ProducerId] = entry;
        return entry.Guard;
    }

    /// <summary>Ends the verification of a producer in an epoch or one before it.</summary>
    public void Clear(ProducerIdAndEpoch upTo)
    {
        if (Find(upTo.ProducerId) is { } entry && entry.Producer.Epoch <= upTo.Epoch)
            entries.Remove(upTo.ProducerId);
    }

    public void RemoveExpired(long now, long expirationMs)
    {
        foreach (var (producerId, entry) in entries)
        {
            if (now - entry.Timestamp >= expirationMs)
                entries.Remove(producerId);
        }
    }

    /// <summary>Goes on with the verifications of another log of the same partition.</summary>
    public void TakeOver(VerificationStates other)
    {
        foreach (var (producerId, entry) in other.entries)
            entries[producerId] = entry;
    }
}
