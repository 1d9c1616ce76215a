using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>What happens in a simulation, by chance: each step's chances come of the seed and its number alone.</summary>
sealed class TransactionSteps
{
    const int ShortestTimeoutMs = 5000;
    const int TimeoutSpreadMs = 20_000;

    readonly TransactionSimulation world;
    readonly int seed;
    readonly LateMessages late;
    readonly List<SimulatedProducer> producers = [];
    readonly List<SimulatedPlainProducer> plainProducers;
    readonly List<SimulatedReader> readers;
    Random random;
    int steps;

    public TransactionSteps(TransactionSimulation world, int seed)
    {
        (this.world, this.seed, random, late) = (world, seed, new(seed), new(world));
        var (shared, own) = (new TransactionalId(TransactionalIds[0]), new TransactionalId(TransactionalIds[1]));
        foreach (var (id, name) in ((TransactionalId, string)[])[(shared, "p0"), (shared, "p1"), (own, "p2")])
            producers.Add(new(world, late, id, name, (short)(random.Next(3) == 0 ? 1 : 2), ShortestTimeoutMs + random.Next(TimeoutSpreadMs)));
        plainProducers = [new(world, "idempotent", isIdempotent: true), new(world, "plain", isIdempotent: false)];
        readers = [new(world, "committed", isReadCommitted: true), new(world, "uncommitted", isReadCommitted: false)];
    }

    public static IReadOnlyList<string> TransactionalIds { get; } = ["shared", "own"];

    /// <summary>The longest that a transaction stays open by itself, and is found out.</summary>
    public static int LongestTransactionMs => ShortestTimeoutMs + TimeoutSpreadMs + 5000;

    public void Step()
    {
        random = new(unchecked((seed * 100_003) + ++steps));
        switch (random.Next(100))
        {
            case < 60:
                Transact(Any(producers));
                break;
            case < 66:
                Any(plainProducers).Step(AnyPartition(), random);
                break;
            case < 78:
                late.Replay(random, 1 + random.Next(3));
                break;
            case < 84:
                Any(readers).Poll(AnyPartition(), 1 << random.Next(12));
                break;
            case < 86:
                Seek();
                break;
            case < 89:
                ReadOffsets(requireStable: random.Next(2) == 0);
                break;
            case < 91:
                CommitPlainOffset();
                break;
            case < 95:
                Advance(random.Next(4) == 0 ? random.Next(12_000) : random.Next(1500));
                break;
            case < 97:
                Elect();
                break;
            case < 99:
                world.Note("compacts");
                world.Compact();
                break;
            default:
                world.Note("restarts");
                world.Restart();
                break;
        }
    }

    public void Advance(int milliseconds)
    {
        world.Note($"{milliseconds} ms");
        world.Advance(milliseconds);
    }

    /// <summary>All that is late may come once more when nothing is open.</summary>
    public void ReplayLate() => late.Replay(random, 5);

    public void ReadOffsets(bool requireStable)
    {
        foreach (var group in world.Ask(TransactionFacts.Request(world, requireStable), 9)?.Groups ?? [])
        {
            if (world.IsFailure(group.ErrorCode))
                return;
            foreach (var topic in group.Topics)
            {
                foreach (var partition in topic.Partitions.Where(partition => partition.ErrorCode != ErrorCode.UnstableOffsetCommit))
                {
                    Assert.That(partition.ErrorCode, Is.EqualTo(ErrorCode.None));
                    world.History.Read(group.GroupId, new(topic.Name, partition.PartitionIndex), partition.CommittedOffset, requireStable);
                }
            }
        }
    }

    void Transact(SimulatedProducer producer)
    {
        if (producer.Producer == ProducerIdAndEpoch.None)
        {
            // Two that share an id would do nothing but fence each other.
            if (producer.Id.Owner is null || random.Next(4) == 0)
                producer.Init(goesOn: false);
            return;
        }

        if (producer.OwesRetry)
        {
            producer.Retry(random);
            return;
        }

        switch (random.Next(100))
        {
            case < 44:
                producer.Produce(AnyPartition(), random);
                break;
            case < 59:
                producer.CommitOffset(Any(world.Groups), Any(TransactionSimulation.Consumed), random);
                break;
            case < 75:
                producer.End(isCommit: true);
                break;
            case < 81:
                producer.End(isCommit: false);
                break;
            case < 84:
                producer.Init(goesOn: false);
                break;
            case < 87:
                producer.Init(goesOn: true);
                break;
            case < 91:
                producer.Repeat();
                break;
            case < 94:
                producer.ProduceOutOfOrder(AnyPartition());
                break;
            case < 96:
                producer.ProduceUnadded(AnyPartition());
                break;
            case < 99:
                producer.ProduceDelayed(AnyPartition());
                break;
            default:
                producer.ProducePlain(AnyPartition());
                break;
        }
    }

    void Seek()
    {
        var partition = AnyPartition();
        var reader = Any(readers);
        reader.Seek(partition, random.NextInt64(world.Broker.Partitions.Find(partition)!.Bounds.LastStableOffset + 1));
        reader.Poll(partition);
    }

    void CommitPlainOffset()
    {
        var (group, partition, offset) = (Any(world.Groups), Any(TransactionSimulation.Consumed), world.Next());
        var request = Support.GroupOffsetRequests.CommitRequest(group.Id, partition.Topic, partition.Partition, offset);
        (request.MemberId, request.GenerationIdOrMemberEpoch) = (group.MemberId, group.Epoch);
        var commit = world.History.Commit(group.Id, partition, offset);
        var error = world.Ask(request, 9)?.Topics.Single().Partitions.Single().ErrorCode;
        world.Note($"{group.Id} commits offset {offset} for {partition}: {error}");
        if (error is null || world.IsFailure(error.Value))
            return;
        Assert.That(error, Is.EqualTo(ErrorCode.None), $"{group} commits");
        commit.Acknowledge();
    }

    void Elect()
    {
        var partition = Any(world.Broker.Partitions.All.Select(partition => partition.Id).OrderBy(id => id.ToString(), StringComparer.Ordinal).ToList());
        world.Note($"{partition} has another leader epoch");
        world.Elect(partition);
    }

    TopicPartition AnyPartition() => Any(TransactionSimulation.Partitions);

    T Any<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];
}
