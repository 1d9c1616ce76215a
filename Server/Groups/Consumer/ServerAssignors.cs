using NettyKafka.Server.Groups.Consumer.Assignors;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The assignors that <c>group.consumer.assignors</c> lets members choose from, by their names or those of Kafka's classes.</summary>
sealed class ServerAssignors
{
    const string KafkaPackage = "org.apache.kafka.coordinator.group.assignor.";

    static readonly IPartitionAssignor[] Known = [new UniformAssignor(), new RangeAssignor()];

    readonly Dictionary<string, IPartitionAssignor> assignors = new(StringComparer.Ordinal);

    public ServerAssignors(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            var assignor = Array.Find(Known, known => name == known.Name || string.Equals(name, $"{KafkaPackage}{known.Name}Assignor", StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentException($"{name} is no assignor; known are {string.Join(", ", Known.Select(known => known.Name))}");
            if (assignors.TryAdd(assignor.Name, assignor))
                Names.Add(assignor.Name);
        }
    }

    /// <summary>The default comes first.</summary>
    public List<string> Names { get; } = [];

    public bool Contains(string name) => assignors.ContainsKey(name);

    /// <summary>The assignor of a name, the default for one that is not served (any more).</summary>
    public IPartitionAssignor Get(string? name) => name is not null && assignors.TryGetValue(name, out var assignor) ? assignor : assignors[Names[0]];
}
