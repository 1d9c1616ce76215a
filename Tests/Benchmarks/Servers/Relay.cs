namespace NettyKafka.Benchmarks.Servers;

/// <summary>Pairs releases with the requests that wait for them, in the order in which they come.</summary>
sealed class Relay
{
    readonly Lock pairing = new();
    readonly Queue<(NullConnection Connection, int CorrelationId)> waiting = new();
    int releases;

    public void Wait(NullConnection connection, int correlationId)
    {
        lock (pairing)
        {
            if (releases == 0)
            {
                waiting.Enqueue((connection, correlationId));
                return;
            }

            releases--;
        }

        connection.Answer(correlationId);
    }

    public void Release()
    {
        (NullConnection Connection, int CorrelationId) next;
        lock (pairing)
        {
            if (!waiting.TryDequeue(out next))
            {
                releases++;
                return;
            }
        }

        next.Connection.Answer(next.CorrelationId);
    }
}
