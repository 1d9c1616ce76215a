namespace NettyKafka.Server.Storage;

/// <summary>
/// A verification that is under way, or done and not used yet. As long as it is, no batch is taken that begins behind the lowest sequence seen: the one before it failed
/// to be verified and will be sent again.
/// </summary>
sealed class VerificationStateEntry(int sequence, bool supportsEpochBump, long timestamp)
{
    public VerificationGuard Guard { get; } = new();

    public long Timestamp => timestamp;

    /// <summary>Whether the producer keeps to transaction version 2, and so begins every transaction with sequence 0.</summary>
    public bool SupportsEpochBump => supportsEpochBump;

    public int LowestSequence { get; private set; } = sequence;

    public void UpdateLowestSequence(int incoming) => LowestSequence = Math.Min(LowestSequence, incoming);
}
