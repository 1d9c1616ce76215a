using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;
using NettyKafka.Tests.Support.Histories;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>
/// A broker on a disk that loses power, its topics and groups, and the history of what clients have done to it: what is the same for every step of <see cref="TransactionSteps"/>.
/// It keeps the order of all that was done, so that a run can be read.
/// </summary>
sealed class TransactionSimulation : IDisposable
{
    const int InternalPartitions = 2;
    const int MemberSessionTimeoutMs = 1_800_000;
    const string CleanupIntervalMs = "2000";

    static readonly (string Name, string Value)[] settings =
    [
        ("group.initial.rebalance.delay.ms", "0"),
        ("group.consumer.max.session.timeout.ms", $"{MemberSessionTimeoutMs}"),
        ("group.consumer.session.timeout.ms", $"{MemberSessionTimeoutMs}"),
        ("log.cleaner.enable", "false"),
        ("log.cleaner.dedupe.buffer.size", $"{2 << 20}"),
        ("log.cleaner.io.buffer.size", $"{64 << 10}"),
        ("num.io.threads", "1"),
        ("offsets.topic.num.partitions", $"{InternalPartitions}"),
        ("transaction.state.log.num.partitions", $"{InternalPartitions}"),
        ("transaction.abort.timed.out.transaction.cleanup.interval.ms", CleanupIntervalMs),
    ];

    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));
    readonly List<string> trace = [];
    TestConnection? connection;
    OffsetMap? map;
    int values;

    public TransactionSimulation()
    {
        Broker = new(Disk, time, Profile.Durable, settings);
        foreach (var topic in (string[])[InternalTopics.ConsumerOffsets, InternalTopics.TransactionState])
            Assert.That(TestBroker.Completed(Broker.Broker.Controller.EnsureTopicAsync(topic)), Is.EqualTo(ErrorCode.None));
        Broker.CreateTopic("a", 2);
        Broker.CreateTopic("b");
        Groups = [new("plain", "", -1), SimulatedGroup.Classic(Broker, MemberSessionTimeoutMs), SimulatedGroup.Consumer(Broker)];
        Shorten();
    }

    /// <summary>What clients write to.</summary>
    public static IReadOnlyList<TopicPartition> Partitions { get; } = [new("a", 0), new("a", 1), new("b", 0)];

    /// <summary>What groups commit offsets for.</summary>
    public static IReadOnlyList<TopicPartition> Consumed { get; } = [new("a", 0), new("b", 0)];

    public FaultyFileSystem Disk { get; } = new();

    public TestBroker Broker { get; private set; }

    public History History { get; } = new();

    public IReadOnlyList<SimulatedGroup> Groups { get; }

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public bool HasFailed => Disk.IsDead || Broker.Partitions.All.Any(partition => partition.Log.Directory.IsOffline);

    /// <summary>All that was done, for who wants to know how it came to this.</summary>
    public string Trace => string.Join(Environment.NewLine, trace);

    TestConnection Connection => connection ??= Broker.Connect();

    public void Dispose() => Broker.Dispose();

    public void Note(string what) => trace.Add($"{NowMs - TestBatch.Now,8} {what}");

    public void Advance(int milliseconds) => time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>A value, or an offset, that was never used before.</summary>
    public int Next() => ++values;

    /// <summary>An answer, or null when the broker has failed meanwhile.</summary>
    public TResponse? Ask<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        Connection.Post(request, version);
        var response = Connection.TryTake(request, version);
        if (response is null)
        {
            Assert.That(HasFailed, $"{TRequest.MessageName} was not answered");
            connection = null;
        }

        return response;
    }

    /// <summary>Whether an error leaves open what has come of a request, which it may only when the disk has failed.</summary>
    public bool IsFailure(ErrorCode error)
    {
        if (error is not (ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress or ErrorCode.UnknownServerError or ErrorCode.KafkaStorageError
            or ErrorCode.RequestTimedOut or ErrorCode.NotLeaderOrFollower or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend))
            return error == ErrorCode.ConcurrentTransactions && HasFailed;
        Assert.That(HasFailed, $"{error} while the disk is well");
        return true;
    }

    /// <summary>Appends a batch that somebody has had verified.</summary>
    public void Append(SimulatedBatch batch, VerificationGuard guard)
    {
        var records = batch.Request().TopicData.Single().PartitionData.Single().Records!;
        var info = TestBroker.Completed(Broker.Partitions.Find(batch.Partition)!.AppendAsync(records, requiredAcks: -1, AppendOrigin.Client, new(guard, default)).AsTask());
        Note($"  {info.Error}");
    }

    public void Restart()
    {
        Broker = Broker.Restart();
        Opened();
    }

    /// <summary>The power is gone and comes back; now and then it goes again meanwhile.</summary>
    public void Crash(Random random)
    {
        Broker.Dispose();
        Disk.Crash(random);
        History.Crash();
        if (random.Next(4) == 0)
        {
            Disk.DiesAt = Disk.Operations + random.Next(60);
            if (TryOpen())
                Broker.Dispose();
            Disk.Crash(random);
        }

        Assert.That(TryOpen(), "after a crash the broker opens");
        Opened();
    }

    /// <summary>A partition has another leader epoch; a coordinator's is loaded anew.</summary>
    public void Elect(TopicPartition id)
    {
        var topic = Broker.Broker.Cluster.Image.FindTopic(id.Topic)!;
        var record = new PartitionChangeRecord { TopicId = topic.Id, PartitionId = id.Partition, Leader = Broker.Broker.Node.Id };
        try
        {
            var (error, _) = TestBroker.Completed(Broker.Broker.Cluster.ChangeAsync(image => ((IReadOnlyList<MetadataRecord>)[MetadataRecord.Of(record, image.MetadataVersion)], true)));
            Assert.That(error == ErrorCode.None || HasFailed, $"{error}");
        }
        catch (IOException) when (HasFailed)
        {
            // Whether it has come about is seen when the broker is opened again.
        }
    }

    /// <summary>Compacts the logs of the coordinators, as far as they have been rolled.</summary>
    public void Compact()
    {
        var cleaner = Broker.Storage.Logs.Cleaner;
        map ??= cleaner.NewMap();
        foreach (var partition in Broker.Partitions.All.Where(partition => InternalTopics.Contains(partition.Id.Topic)))
            cleaner.Compact(partition.Id, map);
    }

    public void Observe()
    {
        foreach (var partition in Broker.Partitions.All)
            History.Observe(partition.Id, partition.Bounds);
    }

    /// <summary>The epoch of the coordinator of a transactional id.</summary>
    public int CoordinatorEpochOf(string transactionalId) =>
        Broker.Partitions.Find(new(InternalTopics.TransactionState, Server.Coordinators.CoordinatorKey.PartitionFor(transactionalId, InternalPartitions)))!.Registration.LeaderEpoch;

    public static TopicPartition OffsetsPartitionOf(string group) => new(InternalTopics.ConsumerOffsets, Server.Coordinators.CoordinatorKey.PartitionFor(group, InternalPartitions));

    bool TryOpen()
    {
        try
        {
            Broker = new(Disk, time, Profile.Durable, settings);
            return true;
        }
        catch (IOException) when (Disk.IsDead)
        {
            return false;
        }
    }

    void Opened()
    {
        connection = null;
        Shorten();
    }

    /// <summary>Segments are short, so that there is something to roll, to compact and to recover.</summary>
    void Shorten()
    {
        foreach (var partition in Broker.Partitions.All)
            partition.Log.Config = partition.Log.Config with { SegmentBytes = InternalTopics.Contains(partition.Id.Topic) ? 4000 : 1500, DeleteRetentionMs = 1000 };
    }
}
