using NettyKafka.Benchmarks.Embedded;
using NettyKafka.Benchmarks.Groups;
using NettyKafka.Benchmarks.Idle;
using NettyKafka.Benchmarks.Storage;
using NettyKafka.Benchmarks.Transactions;

namespace NettyKafka.Benchmarks;

/// <summary>What the command line asks for.</summary>
sealed record BenchOptions
{
    public const string Usage = """
        NettyKafka.Benchmarks [--storage | --groups | --transactions | --connections | --embedded] [--quick] [--only TEXT] [--broker PROGRAM] [--data DIR]
          --storage the log beside plain files, instead of the broker beside a null server
          --groups  group coordination beside small requests to the same broker
          --transactions  transactions beside plain produce requests
          --connections  memory of idle connections, plaintext and TLS
          --embedded  brokers inside this process beside Confluent.Kafka's mock cluster
          --quick   less than a minute instead of four or five
          --only    only the scenarios whose name contains the text; of groups: commits, members, joins, idle groups; of transactions: rates, fetches, ids
          --broker  the broker's program instead of the plain Release build
          --data    where a directory for the broker's data is made and deleted again
        NettyKafka.Benchmarks --micro [BenchmarkDotNet's own options]
        """;

    public BenchPlan Plan { get; private init; } = BenchPlan.Full;

    public StoragePlan StoragePlan { get; private init; } = StoragePlan.Full;

    public GroupPlan GroupPlan { get; private init; } = GroupPlan.Full;

    public TransactionPlan TransactionPlan { get; private init; } = TransactionPlan.Full;

    public ConnectionPlan ConnectionPlan { get; private init; } = ConnectionPlan.Full;

    public EmbeddedPlan EmbeddedPlan { get; private init; } = EmbeddedPlan.Full;

    public bool IsStorage { get; private init; }

    public bool IsGroups { get; private init; }

    public bool IsTransactions { get; private init; }

    public bool IsConnections { get; private init; }

    public bool IsEmbedded { get; private init; }

    public string Only { get; private init; } = "";

    public string? Broker { get; private init; }

    public string DataDirectory { get; private init; } = Path.GetTempPath();

    /// <summary>Null when an argument is unknown or lacks its value.</summary>
    public static BenchOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (options.With(arguments[i]) is { } switched)
            {
                options = switched;
                continue;
            }

            var (name, value) = (arguments[i], ++i < arguments.Count ? arguments[i] : null);
            if (value is null || options.With(name, value) is not { } next)
                return null;
            options = next;
        }

        return options;
    }

    BenchOptions? With(string name) => name switch
    {
        "--storage" => this with { IsStorage = true },
        "--groups" => this with { IsGroups = true },
        "--transactions" => this with { IsTransactions = true },
        "--connections" => this with { IsConnections = true },
        "--embedded" => this with { IsEmbedded = true },
        "--quick" => this with
        {
            Plan = BenchPlan.Quick,
            StoragePlan = StoragePlan.Quick,
            GroupPlan = GroupPlan.Quick,
            TransactionPlan = TransactionPlan.Quick,
            ConnectionPlan = ConnectionPlan.Quick,
            EmbeddedPlan = EmbeddedPlan.Quick,
        },
        _ => null,
    };

    BenchOptions? With(string name, string value) => name switch
    {
        "--only" => this with { Only = value },
        "--broker" => this with { Broker = Path.GetFullPath(value) },
        "--data" => this with { DataDirectory = Path.GetFullPath(value) },
        _ => null,
    };
}
