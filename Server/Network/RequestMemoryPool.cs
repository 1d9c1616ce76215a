namespace NettyKafka.Server.Network;

/// <summary>
/// The bytes of all requests in memory (<c>queued.max.request.bytes</c>). As in Kafka a request is admitted while any byte is free, so one large request may
/// overdraw; those that come later wait for their turn.
/// </summary>
public sealed class RequestMemoryPool(long capacity)
{
    readonly Lock gate = new();
    readonly Queue<Action> waiting = new();
    long available = capacity > 0 ? capacity : long.MaxValue;

    /// <summary>Takes the bytes; otherwise <paramref name="retry"/> is called once when it is worth another try.</summary>
    public bool TryTake(int bytes, Action retry)
    {
        lock (gate)
        {
            if (available > 0)
            {
                available -= bytes;
                return true;
            }

            waiting.Enqueue(retry);
            return false;
        }
    }

    public void Return(long bytes)
    {
        if (bytes == 0)
            return;
        Action[] retries;
        lock (gate)
        {
            available += bytes;
            if (available <= 0 || waiting.Count == 0)
                return;
            retries = [.. waiting];
            waiting.Clear();
        }

        foreach (var retry in retries)
            retry();
    }
}
