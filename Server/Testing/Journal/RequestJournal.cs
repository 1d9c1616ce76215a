using System.Runtime.CompilerServices;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Testing.Faults;

namespace NettyKafka.Testing.Journal;

/// <summary>The requests that clients have made, in the order in which they were done; the oldest are dropped when there are too many. Off until it is started.</summary>
public sealed class RequestJournal
{
    readonly Lock gate = new();
    readonly Queue<JournalEntry> entries = [];
    readonly ConditionalWeakTable<ConnectionContext, StrongBox<int>> connections = [];
    readonly TimeProvider time;
    readonly FaultInjection injection;
    int lastConnection;
    int capacity;
    bool isStarted;

    internal RequestJournal(TimeProvider time, FaultInjection injection) => (this.time, this.injection) = (time, injection);

    public bool IsStarted => Volatile.Read(ref isStarted);

    /// <summary>How many requests were dropped since there were more than the journal may hold.</summary>
    public long Dropped { get; private set; }

    /// <summary>The requests that are there now.</summary>
    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (gate)
                return [.. entries];
        }
    }

    /// <summary>Notes requests from now on, and holds so many.</summary>
    /// <exception cref="ArgumentException">It is to hold less than one.</exception>
    public void Start(int capacity = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        lock (gate)
        {
            this.capacity = capacity;
            isStarted = true;
            DropOldest();
        }
    }

    /// <summary>Notes no more requests; those that are there stay.</summary>
    public void Stop() => Volatile.Write(ref isStarted, false);

    public void Clear()
    {
        lock (gate)
        {
            entries.Clear();
            Dropped = 0;
        }
    }

    /// <summary>Serves a request, and notes what became of it.</summary>
    internal async ValueTask<object?> ServeAsync(RequestContext context, object request, Func<ValueTask<object?>> next)
    {
        if (!IsStarted)
            return await injection.ServeAsync(context, request, next);
        var (receivedAt, started) = (time.GetUtcNow(), time.GetTimestamp());
        var isServed = false;
        object? response = null;
        try
        {
            response = await injection.ServeAsync(context, request, next);
            isServed = true;
            return response;
        }
        finally
        {
            Add(EntryOf(context, request, response, receivedAt, time.GetElapsedTime(started), isServed && !context.Connection.MustClose));
        }
    }

    JournalEntry EntryOf(RequestContext context, object request, object? response, DateTimeOffset receivedAt, TimeSpan duration, bool staysOpen) => new()
    {
        NodeId = context.Node.Id,
        Connection = connections.GetValue(context.Connection, _ => new(Interlocked.Increment(ref lastConnection))).Value,
        RemoteAddress = context.Connection.RemoteAddress,
        ClientId = context.Header.ClientId,
        Principal = $"{context.Principal}",
        Api = ApiKeys.Find(context.Header.RequestApiKey)!.Name,
        Version = context.ApiVersion,
        CorrelationId = context.Header.CorrelationId,
        SizeInBytes = context.SizeInBytes,
        ReceivedAt = receivedAt,
        Duration = duration,
        Outcome = response is not null ? RequestOutcome.Answered : staysOpen ? RequestOutcome.NotAnswered : RequestOutcome.ConnectionClosed,
        Error = (response as IHoldsErrorCode)?.ErrorCode ?? ErrorCode.None,
        PartitionErrors = response is null ? [] : ErrorsOf(context.Header.RequestApiKey, response),
        Faults = [.. injection.FiredBy(context)],
        RecordsSizeInBytes = JournaledMessages.RecordsSizeOf(request, response),
        Request = JournaledMessages.Detach(request),
        Response = JournaledMessages.Copy(response),
    };

    List<PartitionError> ErrorsOf(short apiKey, object response)
    {
        List<PartitionError> errors = [];
        PartitionErrors.In(apiKey, response, (partition, error) =>
        {
            if (error != ErrorCode.None)
                errors.Add(new(injection.NameOf(partition) ?? $"{partition.TopicId}", partition.Partition, error));
            return error;
        });
        return errors;
    }

    void Add(JournalEntry entry)
    {
        lock (gate)
        {
            entries.Enqueue(entry);
            DropOldest();
        }
    }

    void DropOldest()
    {
        while (entries.Count > capacity)
        {
            entries.Dequeue();
            Dropped++;
        }
    }
}
