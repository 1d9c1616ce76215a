using System.Collections.Immutable;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>What a member names itself by when it commits.</summary>
readonly record struct Credential(string MemberId, string? InstanceId, int Epoch);

/// <summary>A process that is, or wants to be, a member of a group. It does nothing by itself.</summary>
abstract class SimulatedMember(GroupSimulation world, SimulatedGroup group, string name)
{
    TestConnection? connection;

    public string Name => name;

    public GroupSimulation World => world;

    public SimulatedGroup Group => group;

    public string? InstanceId { get; init; }

    public int RebalanceTimeoutMs { get; init; }

    public IReadOnlyList<string> Topics { get; set; } = [];

    /// <summary>What it has told the coordinator that it wants.</summary>
    public virtual IReadOnlyList<string> JoinedTopics => Topics;

    /// <summary>It does nothing until it comes back.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Its process has ended, or has been fenced for good.</summary>
    public bool IsGone { get; protected set; }

    public string MemberId { get; protected set; } = "";

    public int Epoch { get; protected set; } = -1;

    /// <summary>The partitions it consumes.</summary>
    public ImmutableSortedSet<(Uuid TopicId, int Partition)> Held { get; protected set; } = NoPartitions;

    /// <summary>When the coordinator has accepted it last.</summary>
    public long LastAcceptedMs { get; protected set; }

    /// <summary>It has been given an assignment in its epoch, and has heard of nothing since that ends it.</summary>
    public abstract bool IsSettled { get; }

    /// <summary>The partitions that nobody else may have now.</summary>
    public abstract ImmutableSortedSet<(Uuid TopicId, int Partition)> Claims { get; }

    public Credential Credential => new(MemberId, InstanceId, Epoch);

    protected static ImmutableSortedSet<(Uuid TopicId, int Partition)> NoPartitions { get; } =
        ImmutableSortedSet<(Uuid TopicId, int Partition)>.Empty.WithComparer(Comparer<(Uuid TopicId, int Partition)>.Create(Compare));

    protected TestConnection Connection => connection ??= Connect();

    /// <summary>Does the next thing that a client would do.</summary>
    public abstract void Poll(Random random);

    public abstract void Leave();

    public abstract bool IsSubscribedTo(string topic);

    /// <summary>Its process ends without a word.</summary>
    public void Kill() => IsGone = true;

    /// <summary>The broker is another one: what was asked of the one before is forgotten.</summary>
    public virtual void Reconnect() => connection = null;

    public override string ToString() => $"{Name}{(IsStalled ? " stalled" : "")}{(IsGone ? " gone" : "")} {MemberId}@{Epoch} [{string.Join(' ', Held.Select(World.NameOf))}]";

    protected TestConnection Connect() => World.Broker.Connect(Name);

    /// <summary>It is out for good, and has been told so.</summary>
    protected void Retire()
    {
        Group.Retire(Credential);
        IsGone = true;
    }

    protected bool IsFresh(int withinMs) => World.NowMs - LastAcceptedMs < withinMs;

    /// <summary>Null when the broker has failed meanwhile: nobody knows what has come of it.</summary>
    protected TResponse? Ask<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse> => World.Ask(Connection, request, version);

    static int Compare((Uuid TopicId, int Partition) one, (Uuid TopicId, int Partition) other) =>
        (one.TopicId.MostSignificantBits, one.TopicId.LeastSignificantBits, one.Partition).CompareTo((other.TopicId.MostSignificantBits, other.TopicId.LeastSignificantBits, other.Partition));
}
