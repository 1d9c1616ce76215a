using System.Diagnostics;
using NettyKafka.Benchmarks.Scenarios;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>Connections of many members to one broker.</summary>
sealed class Connections(GroupBroker broker, int count) : IDisposable
{
    readonly ControlConnection[] connections = [.. Enumerable.Range(0, count).Select(_ => broker.Connect())];

    public int Count => connections.Length;

    public ControlConnection this[int index] => connections[index];

    /// <summary>Sends a request on each connection at once, and a second one on each that is answered, from one thread.</summary>
    public (TimeSpan Elapsed, byte[][] First, byte[][] Second) ExchangeTwice(IReadOnlyList<byte[]> first, IReadOnlyList<byte[]> second)
    {
        var (firstAnswers, secondAnswers) = (new byte[Count][], new byte[Count][]);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Count; i++)
            connections[i].Post(first[i]);
        for (var i = 0; i < Count; i++)
        {
            firstAnswers[i] = connections[i].Take();
            connections[i].Post(second[i]);
        }

        for (var i = 0; i < Count; i++)
            secondAnswers[i] = connections[i].Take();
        return (Stopwatch.GetElapsedTime(start), firstAnswers, secondAnswers);
    }

    /// <summary>Does the same work a number of times, and answers the time.</summary>
    public TimeSpan Time(int rounds, int pieces, Action<ControlConnection, int> work)
    {
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < rounds; round++)
            ForEach(pieces, work);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Deals pieces of work out to the connections; each has a thread and does one after the other.</summary>
    public void ForEach(int pieces, Action<ControlConnection, int> work)
    {
        Exception? failure = null;
        var others = Enumerable.Range(1, Math.Min(Count, pieces) - 1).Select(connection => new Thread(() => Run(connection))).ToList();
        others.ForEach(thread => thread.Start());
        Run(0);
        others.ForEach(thread => thread.Join());
        if (failure is not null)
            throw new InvalidOperationException($"A connection failed: {failure.Message}", failure);

        void Run(int connection)
        {
            try
            {
                for (var piece = connection; piece < pieces; piece += Count)
                    work(connections[connection], piece);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }
    }

    public void Dispose()
    {
        foreach (var connection in connections)
            connection.Dispose();
    }
}
