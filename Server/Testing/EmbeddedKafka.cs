using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Testing;

/// <summary>
/// A Kafka broker inside a test's process, ready when it has started, gone when it is disposed of. It is the broker itself, not a mock: any Kafka client talks to it.
/// </summary>
public sealed class EmbeddedKafka : IAsyncDisposable
{
    readonly BrokerHost host;
    readonly LocalClient client;
    readonly TopicContents contents;

    EmbeddedKafka(BrokerHost host, TimeProvider time)
    {
        this.host = host;
        client = new(host);
        contents = new(client, time);
        Nodes = new(host);
    }

    Broker Broker => host.Broker;

    /// <summary>Starts a broker, and puts into it what <paramref name="options"/> name. Without them: in memory on a free port of 127.0.0.1.</summary>
    /// <exception cref="ArgumentException">Something in the options cannot be; the message says what is valid.</exception>
    /// <exception cref="IOException">The port or the data directory cannot be used.</exception>
    public static async Task<EmbeddedKafka> StartAsync(EmbeddedKafkaOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        var config = EmbeddedSettings.Of(options);
        IFileSystem files = options.DataDirectory is null ? new MemoryFileSystem() : new DiskFileSystem();
        var broker = await Broker.StartAsync(config, files, options.TimeProvider, options.LoggerFactory, OthersOf(options, config), cancellation).ConfigureAwait(false);
        var kafka = new EmbeddedKafka(new(broker), options.TimeProvider);
        try
        {
            await kafka.SeedAsync(options).ConfigureAwait(false);
            return kafka;
        }
        catch
        {
            await kafka.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a broker on a data directory on disk: this broker's or Kafka's own, or one that will be. It is kept when the broker is disposed of.</summary>
    public static Task<EmbeddedKafka> WithData(string directory, CancellationToken cancellation = default) => StartAsync(new EmbeddedKafkaOptions { DataDirectory = directory }, cancellation);

    /// <summary>What clients take as bootstrap.servers.</summary>
    public string BootstrapServers => string.Join(',', Nodes.All.Select(node => node.Address).OfType<string>());

    /// <summary>The nodes: one, unless the options asked for more.</summary>
    public EmbeddedNodes Nodes { get; }

    public string ClusterId => Broker.Cluster.ClusterId;

    /// <summary>The same as <see cref="BootstrapServers"/>, by the name that containers for tests give it.</summary>
    public string GetBootstrapAddress() => BootstrapServers;

    /// <exception cref="ArgumentException">The topic cannot be created; the message is Kafka's.</exception>
    public Task CreateTopicAsync(string name, int partitions = 1) => CreateTopicAsync(new EmbeddedTopic(name, partitions));

    /// <inheritdoc cref="CreateTopicAsync(string, int)"/>
    public async Task CreateTopicAsync(EmbeddedTopic topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var request = new CreateTopicsRequest
        {
            Topics =
            [
                new()
                {
                    Name = topic.Name,
                    NumPartitions = topic.Partitions,
                    ReplicationFactor = (short)(topic.ReplicationFactor ?? TopicCreation.UseDefault),
                    Configs = [.. topic.Configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value })],
                },
            ],
        };
        var result = (await client.SendAsync(request, 7).ConfigureAwait(false)).Topics[0];
        if (result.ErrorCode != ErrorCode.None)
            throw new ArgumentException($"The topic {topic.Name} cannot be created: {result.ErrorMessage ?? $"{result.ErrorCode}"}", nameof(topic));
    }

    /// <summary>Appends records in their order, and answers them with partition and offset. A topic that is not there is created.</summary>
    /// <exception cref="ArgumentException">A record is not accepted; the message is Kafka's.</exception>
    public Task<IReadOnlyList<EmbeddedRecord>> ProduceAsync(params IEnumerable<EmbeddedRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return contents.ProduceAsync([.. records]);
    }

    /// <summary>All committed records of a topic, partition after partition, each in the order of its offsets.</summary>
    /// <exception cref="ArgumentException">There is no such topic.</exception>
    public async Task<IReadOnlyList<EmbeddedRecord>> ReadAllAsync(string topic)
    {
        var image = Broker.Cluster.Image.FindTopic(topic) ?? throw new ArgumentException($"There is no topic {topic}.", nameof(topic));
        List<EmbeddedRecord> records = [];
        foreach (var partition in image.Partitions.Keys)
            records.AddRange(await contents.ReadAsync(topic, partition).ConfigureAwait(false));
        return records;
    }

    /// <summary>Closes the port and all connections. What was in memory is gone.</summary>
    public ValueTask DisposeAsync() => Broker.DisposeAsync();

    internal async Task<IReadOnlyList<string>> OfflineDirectoriesAsync()
    {
        var described = await client.SendAsync(new DescribeLogDirsRequest { Topics = [] }, 4).ConfigureAwait(false);
        return [.. described.Results.Where(directory => directory.ErrorCode != ErrorCode.None).Select(directory => directory.LogDir)];
    }

    static Node[] OthersOf(EmbeddedKafkaOptions options, BrokerConfig config) =>
        [.. Enumerable.Range(1, options.Nodes - 1).Select(index => new Node(config.NodeId + index, index < options.Racks.Count ? options.Racks[index] : null))];

    async Task SeedAsync(EmbeddedKafkaOptions options)
    {
        foreach (var topic in options.Topics)
            await CreateTopicAsync(topic).ConfigureAwait(false);
        foreach (var error in await new AclControl(Broker.Cluster).CreateAsync([.. options.Acls]).ConfigureAwait(false))
            if (!error.IsNone)
                throw new ArgumentException($"An ACL cannot be created: {error.Message ?? $"{error.Code}"}", nameof(options));
        if (options.Records.Count > 0)
            await ProduceAsync(options.Records).ConfigureAwait(false);
    }
}
