using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Support;

/// <summary>The metadata of a cluster alone, over the broker's own storage: every change is flushed before it is answered.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    public const string Directory = "data";

    public static readonly string LogPath = Path.Combine(Directory, "__cluster_metadata-0");

    readonly BrokerStorage storage;

    TestCluster(BrokerStorage storage, ClusterMetadata metadata) => (this.storage, Metadata) = (storage, metadata);

    public ClusterMetadata Metadata { get; }

    public ClusterImage Image => Metadata.Image;

    public static async Task<TestCluster> OpenAsync(IFileSystem files, FakeTimeProvider time, params (string Name, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        all.TryAdd("log.dirs", Directory);
        all.TryAdd("num.io.threads", "1");
        var config = BrokerConfig.Create(all);
        var storage = await BrokerStorage.OpenAsync(config, files, time, NullLoggerFactory.Instance);
        try
        {
            var metadata = new ClusterMetadata(storage.ClusterId, await storage.OpenMetadataLogAsync(), [new(config.NodeId, null)]);
            await metadata.LoadAsync();
            return new(storage, metadata);
        }
        catch
        {
            Abandon(storage);
            throw;
        }
    }

    public async Task<ErrorCode> ChangeAsync(params MetadataRecord[] records) => (await Metadata.ChangeAsync(_ => (records, true))).Error;

    /// <summary>Adds one config to the cluster-wide defaults: the smallest change that can be seen again.</summary>
    public Task<ErrorCode> SetAsync(string name, string value) =>
        ChangeAsync(MetadataRecord.Of(new ConfigRecord { ResourceType = (sbyte)ConfigResourceType.Broker, ResourceName = "", Name = name, Value = value }));

    public IReadOnlyDictionary<string, string> Configs => Image.ConfigsOf(new(ConfigResourceType.Broker, ""));

    /// <summary>Lets go as a crash does: nothing more is written.</summary>
    public void Abandon() => Abandon(storage);

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    static void Abandon(BrokerStorage storage)
    {
        storage.Logs.Dispose();
        storage.Executor.Dispose();
    }
}
