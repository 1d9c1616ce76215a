using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

/// <summary>Where the metadata log lies, what a directory is formatted with, and that a cluster is not forgotten.</summary>
public sealed class MetadataDirectoryTests : IDisposable
{
    const string LogName = "__cluster_metadata-0";

    readonly MemoryFileSystem files = new();
    readonly List<TestBroker> brokers = [];

    public void Dispose() => brokers.ForEach(broker => broker.Dispose());

    [Test]
    public void It_lies_in_the_first_log_directory()
    {
        Open(("log.dirs", "one,two"));

        Assert.That(files.DirectoryExists($"one/{LogName}"));
        Assert.That(files.FileExists("one/bootstrap.checkpoint"));
        Assert.That(files.FileExists("two/bootstrap.checkpoint"), Is.False);
    }

    [Test]
    public void It_lies_in_the_directory_that_is_named()
    {
        Open(("log.dirs", "one,two"), ("metadata.log.dir", "two/"));

        Assert.That(files.DirectoryExists($"two/{LogName}"));
        Assert.That(files.DirectoryExists($"one/{LogName}"), Is.False);
    }

    [Test]
    public void A_directory_for_metadata_alone_takes_no_partition()
    {
        var broker = Open(("log.dirs", "one"), ("metadata.log.dir", "metadata"));
        broker.CreateTopic("orders", 3);

        Assert.That(files.ListDirectories("metadata"), Is.EqualTo(new[] { LogName }));
        Assert.That(files.ListDirectories("one"), Is.EquivalentTo(new[] { "orders-0", "orders-1", "orders-2" }));
        Assert.That(files.FileExists("metadata/meta.properties"));
        Assert.That(Restart(broker).Broker.Cluster.Image.FindTopic("orders"), Is.Not.Null);
    }

    [Test]
    public async Task A_broker_whose_metadata_directory_is_lost_does_not_start()
    {
        await OrdersAsync(("log.dirs", "one"), ("metadata.log.dir", "metadata"));
        files.DeleteDirectory("metadata");

        Assert.That(() => Open(("log.dirs", "one"), ("metadata.log.dir", "metadata")), Throws.InstanceOf<LogDirectoryException>().With.Message.Contains("not in metadata"));
        Assert.That(files.ListDirectories("one"), Is.EqualTo(new[] { "orders-0" }), "nothing is set aside");
        Assert.That(files.DirectoryExists($"metadata/{LogName}"), Is.False);
    }

    [Test]
    public async Task A_broker_whose_metadata_log_is_empty_does_not_start_on_the_logs_of_a_cluster()
    {
        await OrdersAsync(("log.dirs", "one"));
        foreach (var name in files.ListFiles($"one/{LogName}"))
            files.DeleteFile($"one/{LogName}/{name}");

        Assert.That(() => Open(("log.dirs", "one")), Throws.InstanceOf<LogDirectoryException>().With.Message.Contains("not in one"));
        Assert.That(() => Open(("log.dirs", "one")), Throws.InstanceOf<LogDirectoryException>().With.Message.Contains("not in one"), "nor the next time");
        Assert.That(files.ListDirectories("one"), Has.Member("orders-0"));
    }

    [Test]
    public async Task A_metadata_log_in_another_directory_is_not_made_anew()
    {
        await OrdersAsync(("log.dirs", "one,two"));

        Assert.That(() => Open(("log.dirs", "one,two"), ("metadata.log.dir", "two")), Throws.InstanceOf<LogDirectoryException>().With.Message.EqualTo("The metadata log is in one, but metadata.log.dir is two"));
    }

    [Test]
    public void A_new_directory_is_formatted_with_what_is_finalised()
    {
        var broker = Open(("log.dirs", "one"));

        var records = SnapshotReader.ReadRecords(files, "one/bootstrap.checkpoint");

        Assert.That(records.Select(record => record.Decode<FeatureLevelRecord>()).ToDictionary(feature => feature.Name, feature => feature.FeatureLevel), Is.EqualTo(broker.Broker.Cluster.Image.Features));
        Assert.That(broker.Broker.Cluster.Image.MetadataVersion, Is.GreaterThan(0));
    }

    [Test]
    public void A_directory_that_Kafka_has_formatted_begins_with_what_it_was_formatted_with()
    {
        files.CreateDirectory("one");
        files.WriteAtomically("one/bootstrap.checkpoint", KafkaSample.Files["bootstrap.checkpoint"]);

        var image = Open(("log.dirs", "one")).Broker.Cluster.Image;

        Assert.That(image.Features["transaction.version"], Is.EqualTo(2));
        Assert.That(files.ReadAllBytes("one/bootstrap.checkpoint"), Is.EqualTo(KafkaSample.Files["bootstrap.checkpoint"]));
    }

    [Test]
    public void A_directory_formatted_for_a_newer_Kafka_is_refused_before_anything_is_finalised()
    {
        var writer = new SnapshotWriter(epoch: 0);
        files.CreateDirectory("one");
        files.WriteAtomically("one/bootstrap.checkpoint", [.. writer.Header(0, QuorumImage.Empty, 0), .. writer.Data([MetadataRecord.Of(new FeatureLevelRecord { Name = "metadata.version", FeatureLevel = 30 })], 0).Single(), .. writer.Footer(0)]);

        Assert.That(() => Open(("log.dirs", "one")), Throws.InstanceOf<IOException>().With.Message.Contains("metadata.version=30"));
    }

    [Test]
    public async Task The_mark_of_a_clean_stop_has_the_epoch_that_the_broker_is_registered_with()
    {
        var config = BrokerConfig.Create(new Dictionary<string, string> { ["log.dirs"] = "one", ["listeners"] = "PLAINTEXT://127.0.0.1:0" });
        List<long> epochs = [];
        for (var start = 0; start < 2; start++)
        {
            var storage = await BrokerStorage.OpenAsync(config, files, TimeProvider.System, NullLoggerFactory.Instance);
            await using (var broker = await Broker.OpenAsync(config, storage, TimeProvider.System, NullLoggerFactory.Instance))
                await broker.ListenAsync(CancellationToken.None);

            var registered = LastRegistration($"one/{LogName}/00000000000000000000.log");
            Assert.That(registered.Record.BrokerEpoch, Is.EqualTo(registered.Offset), "as in Kafka");
            Assert.That(System.Text.Encoding.UTF8.GetString(files.ReadAllBytes("one/.kafka_cleanshutdown")), Is.EqualTo($$"""{"version":0,"brokerEpoch":{{registered.Record.BrokerEpoch}}}"""));
            epochs.Add(registered.Record.BrokerEpoch);
        }

        Assert.That(epochs, Is.Ordered.And.Unique);
    }

    [Test]
    public void A_damaged_bootstrap_checkpoint_is_refused()
    {
        files.CreateDirectory("one");
        files.WriteAtomically("one/bootstrap.checkpoint", "damaged"u8);

        Assert.That(() => Open(("log.dirs", "one")), Throws.InstanceOf<IOException>().With.Message.Contains("bootstrap.checkpoint is damaged at position 0"));
    }

    (long Offset, RegisterBrokerRecord Record) LastRegistration(string path)
    {
        (long, RegisterBrokerRecord)? last = null;
        var rest = files.ReadAllBytes(path).AsSpan();
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            foreach (var record in batch.ReadRecords())
            {
                if (!batch.IsControl && MetadataRecord.TryParse(record.Value.ToArray(), out var parsed) && parsed.Type == RegisterBrokerRecord.RecordType)
                    last = (record.Offset, parsed.Decode<RegisterBrokerRecord>());
            }
        }

        return last!.Value;
    }

    async Task OrdersAsync(params (string Name, string Value)[] settings)
    {
        var broker = Open(settings);
        broker.CreateTopic("orders");
        await broker.Broker.DisposeAsync();
    }

    TestBroker Open(params (string Name, string Value)[] settings)
    {
        brokers.Add(new(files, settings));
        return brokers[^1];
    }

    TestBroker Restart(TestBroker broker)
    {
        brokers.Add(broker.Restart());
        return brokers[^1];
    }
}
