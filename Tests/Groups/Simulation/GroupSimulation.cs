using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>
/// A broker on a disk that loses power, the topics there are, and groups of simulated members: what is the same for every step of <see cref="GroupSteps"/>. It
/// keeps the order of all that was done, so that a run can be read.
/// </summary>
sealed class GroupSimulation : IDisposable
{
    public const int ConsumerSessionTimeoutMs = 10_000;

    /// <summary>No timeout of a classic member is shorter.</summary>
    public const int MinTimeoutMs = 5000;

    const int OffsetsPartitions = 3;
    const string Offsets = InternalTopics.ConsumerOffsets;

    static readonly (string Name, string Value)[] settings =
    [
        ("group.initial.rebalance.delay.ms", "0"),
        ("log.cleaner.enable", "false"),
        ("log.cleaner.dedupe.buffer.size", $"{2 << 20}"),
        ("log.cleaner.io.buffer.size", $"{64 << 10}"),
        ("num.io.threads", "1"),
        ("offsets.topic.num.partitions", $"{OffsetsPartitions}"),
        ("offsets.retention.check.interval.ms", $"{30L * 24 * 3600 * 1000}"),
        ("group.consumer.min.session.timeout.ms", $"{ConsumerSessionTimeoutMs}"),
        ("group.consumer.session.timeout.ms", $"{ConsumerSessionTimeoutMs}"),
    ];

    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));
    readonly List<string> trace = [];
    OffsetMap? map;

    public GroupSimulation()
    {
        Broker = new(Disk, time, Profile.Durable, settings);
        Opened();
    }

    public FaultyFileSystem Disk { get; } = new();

    public TestBroker Broker { get; private set; }

    public List<SimulatedGroup> Groups { get; } = [];

    /// <summary>Nothing new happens, and members do at once what they are told.</summary>
    public bool IsQuiet { get; set; }

    public CommittedHistory Committed { get; } = new();

    public ClusterImage Image => Broker.Broker.Cluster.Image;

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public IEnumerable<SimulatedMember> Live => Groups.SelectMany(group => group.Live);

    public bool HasFailed => Disk.IsDead || Broker.Partitions.All.Any(partition => partition.Log.Directory.IsOffline);

    /// <summary>All that was done, for who wants to know how it came to this.</summary>
    public string Trace => string.Join(Environment.NewLine, trace);

    public IReadOnlyList<TopicImage> Topics => [.. Image.TopicsByName.Values.Where(topic => topic.Name != Offsets).OrderBy(topic => topic.Name, StringComparer.Ordinal)];

    public void Dispose() => Broker.Dispose();

    public void Note(string what) => trace.Add($"{NowMs - TestBatch.Now,8} {what}");

    public void Advance(int milliseconds) => time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public Dictionary<string, int> PartitionCounts() => Topics.ToDictionary(topic => topic.Name, topic => topic.Partitions.Count);

    public (string Topic, int Partition) PartitionOf((Uuid TopicId, int Partition) held) => (Image.FindTopic(held.TopicId)?.Name ?? "", held.Partition);

    public string NameOf((Uuid TopicId, int Partition) held) => $"{Image.FindTopic(held.TopicId)?.Name ?? "?"}-{held.Partition}";

    public (Uuid, int)? IdOf((string Topic, int Partition) assigned) => Image.FindTopic(assigned.Topic) is { } topic ? (topic.Id, assigned.Partition) : null;

    /// <summary>An answer, or null when the broker has failed meanwhile.</summary>
    public TResponse? Ask<TRequest, TResponse>(TestConnection connection, IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        connection.Post(request, version);
        var response = connection.TryTake(request, version);
        Assert.That(response is not null || HasFailed, $"{TRequest.MessageName} was not answered");
        return response;
    }

    /// <summary>Whether an error is the broker's own failure, which it may be only when the disk has failed.</summary>
    public bool IsFailure(ErrorCode error)
    {
        if (error is not (ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress or ErrorCode.UnknownServerError or ErrorCode.KafkaStorageError
            or ErrorCode.RequestTimedOut or ErrorCode.NotLeaderOrFollower))
            return false;
        Assert.That(HasFailed, $"{error} while the disk is well");
        return true;
    }

    /// <summary>Nobody else may have what a member has been told to have.</summary>
    public void CheckClaims(SimulatedMember member)
    {
        var claims = member.Claims;
        foreach (var other in member.Group.Live.Where(other => other != member))
        {
            var both = claims.Intersect(other.Claims);
            Assert.That(both, Is.Empty, $"{string.Join(' ', both.Select(NameOf))} is both {member}'s and {other}'s");
        }
    }

    public void CreateTopic(string name, Uuid id, int partitions) => Change(image =>
        [MetadataRecord.Of(new TopicRecord { Name = name, TopicId = id }), .. PartitionCreation.RecordsOf(id, 0, image.MetadataVersion, Replicas(partitions))]);

    public void AddPartitions(TopicImage topic, int partitions) => Change(image => PartitionCreation.RecordsOf(topic.Id, topic.Partitions.Count, image.MetadataVersion, Replicas(partitions)));

    public void DeleteTopic(TopicImage topic) => Change(_ => [MetadataRecord.Of(new RemoveTopicRecord { TopicId = topic.Id })]);

    /// <summary>Compacts the log of groups, as far as it has been rolled.</summary>
    public void Compact() => Compact(Broker);

    public void Restart()
    {
        Broker = Broker.Restart();
        Opened();
    }

    /// <summary>The power is gone and comes back.</summary>
    public void Crash(Random random)
    {
        Broker.Dispose();
        Disk.Crash(random);
        Broker = new(Disk, time, Profile.Durable, settings);
        Opened();
    }

    /// <summary>Of all committed offsets none is lost, and none has come back.</summary>
    public void CheckOffsets()
    {
        using var connection = Broker.Connect();
        foreach (var group in Groups)
        {
            var request = new OffsetFetchRequest
            {
                Groups = [new() { GroupId = group.Id, Topics = [.. Topics.Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic.Name, PartitionIndexes = [.. topic.Partitions.Keys.Order()] })] }],
            };
            if (Ask(connection, request, 9) is not { } response || IsFailure(response.Groups.Single().ErrorCode))
                return;
            foreach (var topic in response.Groups.Single().Topics)
            {
                foreach (var partition in topic.Partitions)
                    Committed.Check(group.Id, Image.FindTopic(topic.Name)!.Id, partition.PartitionIndex, partition.CommittedOffset);
            }
        }
    }

    /// <summary>A broker on a copy of the files says of all groups what this one says; after compaction too.</summary>
    public void CheckCopy()
    {
        var rebalancing = GroupFacts.Rebalancing(Broker);
        var here = GroupFacts.Of(Broker, rebalancing);
        var files = new MemoryFileSystem();
        SampleFiles.Copy(Disk, files, "data");
        using (var copy = new TestBroker(files, time, Profile.Durable, settings))
        {
            Assert.That(GroupFacts.Of(copy, rebalancing), Is.EqualTo(here), "a replay of the log");
            Shorten(copy);
            Compact(copy);
            using var compacted = copy.Restart();
            Assert.That(GroupFacts.Of(compacted, rebalancing), Is.EqualTo(here), "a replay of the compacted log");
        }
    }

    void Compact(TestBroker broker)
    {
        var cleaner = broker.Storage.Logs.Cleaner;
        map ??= cleaner.NewMap();
        for (var partition = 0; partition < OffsetsPartitions; partition++)
            cleaner.Compact(new(Offsets, partition), map);
    }

    void Opened()
    {
        if (Image.FindTopic(Offsets) is null)
            Assert.That(TestBroker.Completed(Broker.Broker.Controller.EnsureTopicAsync(Offsets)), Is.EqualTo(ErrorCode.None));
        Shorten(Broker);
        foreach (var member in Live)
            member.Reconnect();
    }

    /// <summary>Segments are short, so that there is something to compact, and still take all that one request may write.</summary>
    static void Shorten(TestBroker broker)
    {
        foreach (var partition in broker.Partitions.All.Where(partition => partition.Id.Topic == Offsets))
            partition.Log.Config = partition.Log.Config with { SegmentBytes = 10_000, DeleteRetentionMs = 1000 };
    }

    void Change(Func<ClusterImage, IReadOnlyList<MetadataRecord>> change)
    {
        try
        {
            var (error, _) = TestBroker.Completed(Broker.Broker.Cluster.ChangeAsync(image => (change(image), true)));
            Assert.That(error == ErrorCode.None || HasFailed, $"{error}");
        }
        catch (IOException) when (HasFailed)
        {
            // Whether it has come about is seen when the broker is opened again.
        }
    }

    ImmutableArray<int>[] Replicas(int partitions) => [.. Enumerable.Repeat(ImmutableArray.Create(Broker.Broker.Node.Id), partitions)];
}
