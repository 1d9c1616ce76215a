using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class AlterReplicaLogDirsTests : IDisposable
{
    readonly FaultyFileSystem disk = new();
    readonly TestBroker broker;

    public AlterReplicaLogDirsTests()
    {
        broker = new(disk, ("log.dirs", "/one,/two"));
        broker.CreateTopic("orders");
        broker.Produce("orders", 0, "a", "b");
    }

    public void Dispose()
    {
        disk.Repair();
        broker.Dispose();
    }

    [Test]
    public void Every_version_moves_the_partition([Range(0, 2)] short version)
    {
        var target = Other(DirectoryOf("orders"));

        Assert.That(Alter(target, "orders", 0, version), Is.EqualTo(ErrorCode.None));

        Assert.That(DirectoryOf("orders"), Is.EqualTo(target));
        Assert.That(broker.Read("orders"), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(broker.Produce("orders", 0, "c"), Is.EqualTo(2));
    }

    [Test]
    public void A_partition_that_is_there_already_stays()
    {
        var directory = DirectoryOf("orders");

        Assert.That(Alter(directory, "orders"), Is.EqualTo(ErrorCode.None));

        Assert.That(disk.ListDirectories(Other(directory)), Has.None.Contains("orders"));
    }

    [Test]
    public void A_directory_that_is_not_configured_is_not_found() => Assert.That(Alter("/three", "orders"), Is.EqualTo(ErrorCode.LogDirNotFound));

    [Test]
    public void A_directory_that_is_offline_is_a_storage_error()
    {
        var target = Other(DirectoryOf("orders"));
        TakeOffline(target);

        Assert.That(Alter(target, "orders"), Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That(broker.Read("orders"), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void A_partition_that_is_offline_is_a_storage_error()
    {
        var directory = DirectoryOf("orders");
        TakeOffline(directory);

        Assert.That(Alter(Other(directory), "orders"), Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [TestCase("/one")]
    [TestCase("/two")]
    public void A_partition_that_is_not_here_is_created_there_later(string directory)
    {
        Assert.That(Alter(directory, "later"), Is.EqualTo(ErrorCode.ReplicaNotAvailable));

        broker.CreateTopic("later");

        Assert.That(DirectoryOf("later"), Is.EqualTo(directory));
    }

    [Test]
    public void A_name_too_long_for_a_future_log_is_refused()
    {
        var name = new string('x', 215);
        broker.CreateTopic(name);

        Assert.That(Alter(Other(DirectoryOf(name)), name), Is.EqualTo(ErrorCode.InvalidTopicException));
    }

    [Test]
    public void Of_a_partition_named_twice_the_last_directory_counts()
    {
        var (from, to) = (DirectoryOf("orders"), Other(DirectoryOf("orders")));
        var response = broker.Connect().Send(new AlterReplicaLogDirsRequest { Dirs = [Wanted("/three", "orders", 0), Wanted(to, "orders", 0)] }, 2);

        Assert.That(response.Results.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(DirectoryOf("orders"), Is.EqualTo(to).And.Not.EqualTo(from));
    }

    [Test]
    public void A_topic_that_is_deleted_after_its_move_leaves_nothing()
    {
        Alter(Other(DirectoryOf("orders")), "orders");
        broker.Connect().Send(new DeleteTopicsRequest { TopicNames = ["orders"], TimeoutMs = 1000 }, 5);
        broker.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.That(disk.ListDirectories("/one").Concat(disk.ListDirectories("/two")), Has.None.Contains("orders"));
    }

    void TakeOffline(string directory) => broker.Storage.Logs.FindDirectory(directory)!.Fail(new IOException("input/output error"));

    ErrorCode Alter(string path, string topic, int partition = 0, short version = 2) =>
        broker.Connect().Send(new AlterReplicaLogDirsRequest { Dirs = [Wanted(path, topic, partition)] }, version).Results.Single().Partitions.Single().ErrorCode;

    static AlterReplicaLogDirsRequest.AlterReplicaLogDir Wanted(string path, string topic, int partition) =>
        new() { Path = path, Topics = [new() { Name = topic, Partitions = [partition] }] };

    string DirectoryOf(string topic) => broker.Partitions.Find(new(topic, 0))!.Log.Directory.Path;

    static string Other(string directory) => directory == "/one" ? "/two" : "/one";
}
