using NettyKafka.Codec.Messages;

namespace NettyKafka.Testing.Waiters;

/// <summary>How many requests of each API have come.</summary>
sealed class RequestCounts
{
    readonly long[] counts = new long[ApiKeys.All.Max(api => api.Key) + 1];

    public ChangeSignal Changed { get; } = new();

    public long this[short apiKey] => Volatile.Read(ref counts[apiKey]);

    public void Add(short apiKey)
    {
        Interlocked.Increment(ref counts[apiKey]);
        Changed.Set();
    }
}
