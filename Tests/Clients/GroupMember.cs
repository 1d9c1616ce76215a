using System.Collections.Immutable;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>A member of a group that consumes and commits on a thread of its own.</summary>
sealed class GroupMember
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan closeLimit = TimeSpan.FromSeconds(5);

    // Those that a member meets whose group rebalances, whose topic is created or deleted, or whose broker restarts.
    static readonly ErrorCode[] passing =
    [
        ErrorCode.RebalanceInProgress, ErrorCode.IllegalGeneration, ErrorCode.UnknownMemberId, ErrorCode.StaleMemberEpoch, ErrorCode.FencedMemberEpoch,
        ErrorCode.UnknownTopicOrPart, ErrorCode.UnknownTopicId, ErrorCode.NotCoordinatorForGroup, ErrorCode.GroupLoadInProgress, ErrorCode.Local_NoOffset, ErrorCode.Local_UnknownPartition,
        ErrorCode.Local_AssignmentLost, ErrorCode.Local_Transport, ErrorCode.Local_AllBrokersDown, ErrorCode.Local_WaitCoord, ErrorCode.Local_TimedOut, ErrorCode.Local_MaxPollExceeded,
    ];

    readonly IConsumer<byte[]?, byte[]?> consumer;
    readonly GroupLedger ledger;
    readonly Task consuming;
    volatile bool isHanging;
    volatile bool isStopped;
    volatile string memberId = "";
    ImmutableHashSet<TopicPartition> assignment = [];
    ImmutableList<Rebalance> rebalances = [];

    public GroupMember(ConfluentClient client, GroupLedger ledger, IEnumerable<string> subscription, Action<ConsumerConfig> configure)
    {
        this.ledger = ledger;
        consumer = client.Consumer(config =>
        {
            config.AutoOffsetReset = AutoOffsetReset.Earliest;
            config.EnablePartitionEof = false;
            config.TopicMetadataRefreshIntervalMs = 300;
            config.ReconnectBackoffMaxMs = 200;
            configure(config);
            Name = config.ClientId;
        }, builder => builder
            .SetErrorHandler((_, error) => FatalError = error.IsFatal ? error : FatalError)
            .SetPartitionsAssignedHandler((_, partitions) => Assign(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Revoke(partitions))
            .SetPartitionsLostHandler((_, partitions) => Add(new("lost", [.. partitions.Select(partition => partition.TopicPartition)]))));
        consumer.Subscribe(subscription);
        consuming = Task.Factory.StartNew(Consume, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public string Name { get; private set; } = "";

    public string MemberId => memberId;

    public ImmutableHashSet<TopicPartition> Assignment => Volatile.Read(ref assignment);

    public ImmutableList<Rebalance> Rebalances => Volatile.Read(ref rebalances);

    /// <summary>What ends a member for good, as a fence does.</summary>
    public Error? FatalError { get; private set; }

    /// <summary>What ended its consuming, fatal errors among them.</summary>
    public string? Failure => FatalError?.Reason ?? consuming.Exception?.ToString();

    /// <summary>Stops to poll, as an application does that hangs.</summary>
    public void Hang() => isHanging = true;

    public void Resume() => isHanging = false;

    public async Task LeaveAsync()
    {
        await StopAsync();
        var closing = Task.Run(consumer.Close);
        // librdkafka has left the group by then, but its close never ends when a rebalance was on its way (issue 4884 of it).
        if (await Task.WhenAny(closing, Task.Delay(closeLimit)) != closing)
            return;
        await closing;
        consumer.Dispose();
    }

    /// <summary>Goes without a word: the connection ends, the group hears nothing.</summary>
    public async Task CrashAsync()
    {
        using (consumer)
            await StopAsync();
    }

    Task StopAsync()
    {
        isStopped = true;
        return consuming;
    }

    void Consume()
    {
        while (!isStopped && FatalError is null)
        {
            if (isHanging)
                Thread.Sleep(Poll);
            else
                Tolerate(ConsumeOnce);
        }
    }

    void ConsumeOnce()
    {
        for (var result = consumer.Consume(Poll); result is not null; result = consumer.Consume(0))
            ledger.Consumed(Name, result.TopicPartitionOffset);
        memberId = consumer.MemberId;
        Volatile.Write(ref assignment, [.. consumer.Assignment]);
        Commit();
    }

    void Commit() => Tolerate(() => ledger.Committed(consumer.Commit()));

    void Assign(List<TopicPartition> partitions)
    {
        ledger.Assigned(Name, partitions);
        Add(new("assigned", [.. partitions]));
    }

    void Revoke(List<TopicPartitionOffset> partitions)
    {
        Commit();
        Add(new("revoked", [.. partitions.Select(partition => partition.TopicPartition)]));
    }

    void Add(Rebalance rebalance) => Volatile.Write(ref rebalances, Rebalances.Add(rebalance));

    void Tolerate(Action action)
    {
        try
        {
            action();
        }
        catch (KafkaException e) when (e.Error.IsFatal || e.Error.Code == ErrorCode.FencedInstanceId)
        {
            FatalError = e.Error;
        }
        catch (KafkaException e) when (passing.Contains(e.Error.Code))
        {
        }
    }
}

/// <summary>What a member was told in a rebalance.</summary>
sealed record Rebalance(string Kind, ImmutableHashSet<TopicPartition> Partitions)
{
    public override string ToString() => $"{Kind} {string.Join(' ', Partitions.Select(p => $"{p.Topic}-{p.Partition.Value}"))}";
}
