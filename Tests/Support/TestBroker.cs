using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Security.Sasl;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Support;

/// <summary>The whole broker on memory files and a fake clock, without a port: everything it does is done when a call returns.</summary>
public sealed class TestBroker : IDisposable
{
    readonly IFileSystem files;
    readonly Profile profile;
    readonly Dictionary<string, string> settings;
    readonly List<TestConnection> connections = [];

    public TestBroker(params (string Name, string Value)[] settings)
        : this(new MemoryFileSystem(), new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now)), settings)
    {
    }

    public TestBroker(IFileSystem files, params (string Name, string Value)[] settings)
        : this(files, new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now)), settings)
    {
    }

    public TestBroker(IFileSystem files, FakeTimeProvider time, params (string Name, string Value)[] settings)
        : this(files, time, Profile.Dev, settings)
    {
    }

    public TestBroker(IFileSystem files, FakeTimeProvider time, Profile profile, params (string Name, string Value)[] settings)
    {
        this.files = files;
        this.profile = profile;
        Time = time;
        this.settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        this.settings.TryAdd("log.dirs", "data");
        var config = BrokerConfig.Create(this.settings, profile);
        Storage = Completed(BrokerStorage.OpenAsync(config, files, time, NullLoggerFactory.Instance));
        try
        {
            Broker = Completed(Broker.OpenAsync(config, Storage, time, NullLoggerFactory.Instance));
        }
        catch
        {
            Completed(Storage.DisposeAsync().AsTask());
            throw;
        }

        Broker.Node.Endpoints = TestConnection.TestNode().Endpoints;
    }

    public Broker Broker { get; private set; }

    public BrokerStorage Storage { get; }

    public FakeTimeProvider Time { get; }

    public PartitionTable Partitions => Broker.Partitions;

    public TestConnection Connect(string clientId = "test", Interceptors? interceptors = null)
    {
        var connection = new TestConnection(Broker.Apis, Broker.Node, Time, interceptors, quotas: Broker.Quotas) { ClientId = clientId };
        connections.Add(connection);
        return connection;
    }

    /// <summary>A connection to the listener SASL, whose configs are among the broker's settings (listener.name.sasl.…).</summary>
    public TestConnection ConnectSasl()
    {
        var connection = new TestConnection(Broker.Apis, Broker.Node, Time, listener: new("SASL", SecurityProtocol.SaslPlaintext, "", 9093), sasl: new(Mechanisms("SASL"), Time), authorizer: Broker.Authorizer);
        connections.Add(connection);
        return connection;
    }

    /// <summary>A client that has said who it is.</summary>
    public TestConnection ConnectAs(string user, SecurityProtocol protocol = SecurityProtocol.Plaintext)
    {
        var connection = new TestConnection(Broker.Apis, Broker.Node, Time, listener: new(TestConnection.ListenerName, protocol, "", 9092), authorizer: Broker.Authorizer);
        connection.Context.Principal = KafkaPrincipal.OfUser(user);
        connections.Add(connection);
        return connection;
    }

    /// <summary>What a listener of this name offers.</summary>
    public SaslMechanisms Mechanisms(string listener) => new(SaslConfig.Of(BrokerConfig.Create(settings, profile).Settings, listener), DelegationTokenSecret.Of(Broker.Config.Current.DelegationTokenSecretKey), Broker.Cluster, Storage.Executor, Time);

    public Uuid CreateTopic(string name, int partitions = 1, params (string Name, string Value)[] configs)
    {
        var request = new CreateTopicsRequest
        {
            Topics =
            [
                new()
                {
                    Name = name,
                    NumPartitions = partitions,
                    ReplicationFactor = 1,
                    Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })],
                },
            ],
        };
        var result = Connect().Send(request, 7).Topics.Single();
        Assert.That(result.ErrorCode, Is.EqualTo(ErrorCode.None), result.ErrorMessage);
        return result.TopicId;
    }

    /// <summary>Gives an entity a quota over the wire, or with null takes it away.</summary>
    public void SetQuota(string key, double? value, params (string Type, string? Name)[] entity)
    {
        var request = new AlterClientQuotasRequest
        {
            Entries =
            [
                new()
                {
                    Entity = [.. entity.Select(part => new AlterClientQuotasRequest.EntityData { EntityType = part.Type, EntityName = part.Name })],
                    Ops = [new() { Key = key, Value = value ?? 0, Remove = value is null }],
                },
            ],
        };
        var result = Connect("quotas").Send(request, 1).Entries.Single();
        Assert.That(result.ErrorCode, Is.EqualTo(ErrorCode.None), result.ErrorMessage);
    }

    /// <summary>Appends one batch with the values, over the wire, and answers its base offset.</summary>
    public long Produce(string topic, int partition, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        foreach (var value in values)
            builder.Append(Time.GetUtcNow().ToUnixTimeMilliseconds(), null, Encoding.UTF8.GetBytes(value));
        var result = Connect().Send(ProduceRequestOf(topic, partition, builder.ToArray()), 12).Responses.Single().PartitionResponses.Single();
        Assert.That(result.ErrorCode, Is.EqualTo(ErrorCode.None), result.ErrorMessage);
        return result.BaseOffset;
    }

    /// <summary>The values of partition 0 from its start, over the wire.</summary>
    public List<string> Read(string topic)
    {
        var request = new FetchRequest { MaxBytes = 1 << 20, Topics = [new() { Topic = topic, Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }] };
        var data = Connect().Send(request, 12).Responses.Single().Partitions.Single();
        Assert.That(data.ErrorCode, Is.EqualTo(ErrorCode.None));
        return ValuesOf(data.Records!);
    }

    public static ProduceRequest ProduceRequestOf(string topic, int partition, byte[] batch, short acks = -1) => new()
    {
        Acks = acks,
        TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = Records.View(batch) }] }],
    };

    public static List<string> ValuesOf(Records records)
    {
        List<string> values = [];
        var rest = records.Span;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            foreach (var record in batch.ReadRecords())
                values.Add(Encoding.UTF8.GetString(record.Value));
        }

        return values;
    }

    /// <summary>Stops cleanly and opens a broker on the same files, maybe with other settings.</summary>
    public TestBroker Restart(params (string Name, string Value)[] changed)
    {
        Completed(Broker.DisposeAsync().AsTask());
        var kept = settings.Where(setting => !changed.Any(change => change.Name == setting.Key));
        return new(files, Time, profile, [.. kept.Select(setting => (setting.Key, setting.Value)), .. changed]);
    }

    public void Dispose()
    {
        connections.ForEach(connection => connection.Dispose());
        Completed(Broker.DisposeAsync().AsTask());
    }

    /// <summary>The result of what is done at once on memory files.</summary>
    public static T Completed<T>(Task<T> task)
    {
        Completed((Task)task);
#pragma warning disable VSTHRD002 // It is complete.
        return task.Result;
#pragma warning restore VSTHRD002
    }

    static void Completed(Task task)
    {
        if (task.IsFaulted)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(task.Exception!.InnerException!);
        Assert.That(task.IsCompleted, "all of it runs at once on memory files");
    }
}
