using NettyKafka.Testing;

namespace NettyKafka.Http.Commands;

/// <summary>All commands, by the names of the methods that do the same in C#: the only list, from which routes, document, page and help come.</summary>
static class ControlCommands
{
    static readonly NoArguments done = new();

    public static IReadOnlyList<ControlCommand> All { get; } =
    [
        new ControlCommand<CreateTopicRequest, NoArguments>(
            "CreateTopic",
            "Creates a topic; configs by Kafka's names",
            """{"name": "orders", "partitions": 3, "configs": {"cleanup.policy": "compact"}}""",
            ControlJson.Web.CreateTopicRequest,
            ControlJson.Web.NoArguments,
            CreateTopicAsync),
        new ControlCommand<ControlRecords, ControlRecords>(
            "Produce",
            "Appends records in their order, and answers them with partition and offset; a topic that is not there is created",
            """{"records": [{"topic": "orders", "partition": 0, "key": "1", "value": "hello"}]}""",
            ControlJson.Web.ControlRecords,
            ControlJson.Web.ControlRecords,
            ProduceAsync),
        new ControlCommand<TopicRequest, ControlRecords>(
            "ReadAll",
            "All committed records of a topic, partition after partition, each in the order of its offsets",
            """{"topic": "orders"}""",
            ControlJson.Web.TopicRequest,
            ControlJson.Web.ControlRecords,
            ReadAllAsync),
        new ControlCommand<NoArguments, ClusterDescription>(
            "Cluster",
            "Nodes, and topics with their partitions' leaders, replicas, epochs and offsets",
            "{}",
            ControlJson.Web.NoArguments,
            ControlJson.Web.ClusterDescription,
            (kafka, _, _) => Task.FromResult(ClusterDescription.Of(kafka))),
        new ControlCommand<NoArguments, GroupDescriptions>(
            "Groups",
            "Groups with their state, members, assignments, committed offsets and lag",
            "{}",
            ControlJson.Web.NoArguments,
            ControlJson.Web.GroupDescriptions,
            (kafka, _, _) => GroupDescriptions.OfAsync(kafka)),
        .. NodeCommands.All,
        .. FaultCommands.All,
        .. TimeCommands.All,
        .. JournalCommands.All,
        .. WaitCommands.All,
    ];

    public static ControlCommand? Find(string name) => All.FirstOrDefault(command => command.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What to answer to a name that is none.</summary>
    public static string Unknown(string name) => $"There is no command {name}; valid: {string.Join(", ", All.Select(command => command.Name))}";

    static async Task<NoArguments> CreateTopicAsync(EmbeddedKafka kafka, CreateTopicRequest request, CancellationToken cancellation)
    {
        await kafka.CreateTopicAsync(new EmbeddedTopic(request.Name, request.Partitions) { ReplicationFactor = request.ReplicationFactor, Configs = request.Configs?.ToDictionary() ?? [] }).ConfigureAwait(false);
        return done;
    }

    static async Task<ControlRecords> ProduceAsync(EmbeddedKafka kafka, ControlRecords request, CancellationToken cancellation) =>
        ToJson(await kafka.ProduceAsync(request.Records.Select(record => record.ToRecord())).ConfigureAwait(false));

    static async Task<ControlRecords> ReadAllAsync(EmbeddedKafka kafka, TopicRequest request, CancellationToken cancellation) =>
        ToJson(await kafka.ReadAllAsync(request.Topic).ConfigureAwait(false));

    static ControlRecords ToJson(IReadOnlyList<EmbeddedRecord> records) => new([.. records.Select(ControlRecord.Of)]);
}
