using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Testing.Faults;
using NettyKafka.Testing.Journal;

namespace NettyKafka.Testing;

/// <summary>
/// A Kafka broker inside a test's process, ready when it has started, gone when it is disposed of. It is the broker itself, not a mock: any Kafka client talks to it.
/// </summary>
public sealed class EmbeddedKafka : IAsyncDisposable
{
    readonly BrokerHost host;
    readonly LocalClient client;
    readonly TopicContents contents;

    readonly EmbeddedClock? clock;
    readonly EmbeddedDisk? disk;

    EmbeddedKafka(BrokerHost host, TimeProvider time)
    {
        this.host = host;
        clock = time as EmbeddedClock;
        disk = host.Files is FaultyFileSystem faulty ? new(faulty, host.LogDir) : null;
        client = new(host);
        contents = new(client, time);
        Nodes = new(host);
        Wait = new(host, client, contents);
    }

    internal Broker Broker => host.Broker;

    /// <summary>Starts a broker, and puts into it what <paramref name="options"/> name. Without them: in memory on a free port of 127.0.0.1.</summary>
    /// <exception cref="ArgumentException">Something in the options cannot be; the message says what is valid.</exception>
    /// <exception cref="IOException">The port or the data directory cannot be used.</exception>
    public static async Task<EmbeddedKafka> StartAsync(EmbeddedKafkaOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        var config = EmbeddedSettings.Of(options);
        var kafka = await StartAsync(config, FilesOf(options), options.TimeProvider ?? new EmbeddedClock(), options.LoggerFactory, NodesOf(options, config), cancellation).ConfigureAwait(false);
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

    /// <summary>Starts a broker that is configured as any other, to be controlled from outside of a test's process.</summary>
    internal static async Task<EmbeddedKafka> StartAsync(BrokerConfig config, IFileSystem files, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<Node> nodes, CancellationToken cancellation) =>
        new(await BrokerHost.StartAsync(config, files, time, loggers, nodes, cancellation).ConfigureAwait(false), time);

    /// <summary>Starts a broker on a data directory on disk: this broker's or Kafka's own, or one that will be. It is kept when the broker is disposed of.</summary>
    public static Task<EmbeddedKafka> WithData(string directory, CancellationToken cancellation = default) => StartAsync(new EmbeddedKafkaOptions { DataDirectory = directory }, cancellation);

    /// <summary>What clients take as bootstrap.servers.</summary>
    public string BootstrapServers => string.Join(',', Nodes.All.Select(node => node.Address).OfType<string>());

    /// <summary>The nodes: one, unless the options asked for more.</summary>
    public EmbeddedNodes Nodes { get; }

    /// <summary>The broker's clock, which can be put forward.</summary>
    /// <exception cref="InvalidOperationException">The options have a clock of their own.</exception>
    public EmbeddedClock Clock => clock ?? throw new InvalidOperationException($"The options have a {nameof(EmbeddedKafkaOptions.TimeProvider)} of their own: put that one forward");

    /// <summary>The disk, to let it fail.</summary>
    /// <exception cref="InvalidOperationException">The broker was not started with <see cref="EmbeddedKafkaOptions.FaultyDisk"/>.</exception>
    public EmbeddedDisk Disk => disk ?? throw new InvalidOperationException($"Only a broker that was started with {nameof(EmbeddedKafkaOptions.FaultyDisk)} = true has a disk that fails");

    /// <summary>What goes wrong with clients' requests.</summary>
    public FaultRules Faults => host.Control.Faults;

    /// <summary>The requests that clients make; off until it is started.</summary>
    public RequestJournal Journal => host.Control.Journal;

    /// <summary>Waits for what clients do.</summary>
    public Waiters.Waiters Wait { get; }

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

    /// <summary>
    /// Ends the broker as kill -9 does: connections break, nothing more is flushed or written. With <paramref name="losesUnflushed"/> as a power cut does: what was not flushed is lost too. All nodes come
    /// back with <see cref="RecoverAsync"/>, those that were down too. An interceptor that awaits this does not go on: its event loop has ended with the broker.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has crashed already; or it is to lose bytes, and was not started with <see cref="EmbeddedKafkaOptions.FaultyDisk"/>.</exception>
    public async Task CrashAsync(bool losesUnflushed = false)
    {
        var losing = losesUnflushed ? Disk : null;
        await host.CrashAsync().ConfigureAwait(false);
        losing?.LoseUnflushed();
    }

    /// <summary>Starts the broker again on what a crash has left, with the same nodes on the same ports.</summary>
    /// <exception cref="InvalidOperationException">It is up.</exception>
    public Task RecoverAsync() => host.RecoverAsync();

    /// <summary>Compacts a topic now, all of it: of each key the last record stays.</summary>
    /// <exception cref="ArgumentException">There is no such topic, or it is not compacted.</exception>
    public Task CompactAsync(string topic) => LogMaintenance.CompactAsync(Broker, topic);

    /// <summary>Deletes now what a topic's retention lets go, in whole segments, and says how many.</summary>
    /// <exception cref="ArgumentException">There is no such topic.</exception>
    public int ApplyRetention(string topic) => LogMaintenance.ApplyRetention(Broker, topic);

    /// <inheritdoc cref="FaultRules.ActAs"/>
    public void ActAs(string release) => Faults.ActAs(release);

    /// <summary>Closes the port and all connections. What was in memory is gone.</summary>
    public ValueTask DisposeAsync() => host.DisposeAsync();

    internal async Task<IReadOnlyList<string>> OfflineDirectoriesAsync()
    {
        var described = await client.SendAsync(new DescribeLogDirsRequest { Topics = [] }, 4).ConfigureAwait(false);
        return [.. described.Results.Where(directory => directory.ErrorCode != ErrorCode.None).Select(directory => directory.LogDir)];
    }

    static IFileSystem FilesOf(EmbeddedKafkaOptions options) =>
        options.FaultyDisk ? new FaultyFileSystem() : options.DataDirectory is null ? new MemoryFileSystem() : new DiskFileSystem();

    static Node[] NodesOf(EmbeddedKafkaOptions options, BrokerConfig config) =>
        [.. Enumerable.Range(0, options.Nodes).Select(index => new Node(config.NodeId + index, index < options.Racks.Count ? options.Racks[index] : index == 0 ? config.BrokerRack : null))];

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
