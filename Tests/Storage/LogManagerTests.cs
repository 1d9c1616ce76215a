using System.Text;
using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

[TestFixture(true)]
[TestFixture(false)]
public sealed class LogManagerTests(bool onDisk) : IDisposable
{
    static readonly TopicPartition orders = new("orders", 0);
    static readonly Uuid topicId = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");

    readonly TemporaryDirectory temporary = new();
    readonly IFileSystem files = onDisk ? new DiskFileSystem() : new MemoryFileSystem();
    readonly BlockingExecutor executor = new(2, NullLogger.Instance);
    readonly FakeTimeProvider time = new();
    readonly List<LogManager> managers = [];
    readonly LogTaskIntervals intervals = new(
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));

    string One => Path.Combine(temporary.Path, "one");

    string Two => Path.Combine(temporary.Path, "two");

    public void Dispose()
    {
        foreach (var manager in managers)
            manager.Dispose();
        executor.Dispose();
        temporary.Dispose();
    }

    [Test]
    public async Task Logs_and_their_offsets_are_there_after_a_clean_stop()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);
        await log.AppendAsync(TestBatch.Of("a", "b", "c"), 0, AppendOrigin.Client);
        await log.AdvanceLogStartAsync(1);
        await manager.CloseAsync(brokerEpoch: 7);

        Assert.That(TextOf(One, ".kafka_cleanshutdown"), Is.EqualTo("{\"version\":0,\"brokerEpoch\":7}"));
        Assert.That(TextOf(One, "recovery-point-offset-checkpoint"), Is.EqualTo("0\n1\norders 0 3\n"));
        Assert.That(TextOf(One, "replication-offset-checkpoint"), Is.EqualTo("0\n1\norders 0 3\n"));
        Assert.That(TextOf(One, "log-start-offset-checkpoint"), Is.EqualTo("0\n1\norders 0 1\n"));

        var again = await OpenAsync(One);
        Assert.That(again.FindLog(orders)?.Bounds, Is.EqualTo(new LogBounds(1, 3, 3, 3)));
        Assert.That(again.FindLog(orders)?.TopicId, Is.EqualTo(topicId));
        Assert.That(again.ClusterId, Is.EqualTo(manager.ClusterId));
        Assert.That(files.FileExists(Path.Combine(One, ".kafka_cleanshutdown")), Is.False, "the mark is good for one start");
    }

    [Test]
    public async Task Logs_are_recovered_after_any_other_stop()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);
        await log.AppendAsync(TestBatch.Of("a", "b", "c"), 0, AppendOrigin.Client);
        manager.Dispose();

        Assert.That((await OpenAsync(One)).FindLog(orders)?.Bounds, Is.EqualTo(new LogBounds(0, 3, 3, 3)));
    }

    [Test]
    public async Task A_directory_held_by_another_broker_is_refused_by_name()
    {
        await OpenAsync(One);

        Assert.That(() => OpenAsync(One), Throws.InstanceOf<LogDirectoryException>().With.Message.EqualTo($"Log directory {One} is in use by another broker"));
    }

    [TestCase(2, null)]
    [TestCase(1, "another")]
    public async Task A_directory_of_another_node_or_cluster_is_refused(int nodeId, string? clusterId)
    {
        await (await OpenAsync(One)).CloseAsync();

        Assert.That(() => OpenAsync([One], nodeId, clusterId), Throws.InstanceOf<LogDirectoryException>().With.Message.Contains(One));
    }

    [Test]
    public async Task New_logs_go_where_the_fewest_are()
    {
        var manager = await OpenAsync(One, Two);
        for (var i = 0; i < 6; i++)
            await manager.GetOrCreateLogAsync(new("orders", i), topicId, TopicConfig.Default, isNew: true);

        Assert.That(files.ListDirectories(One), Has.Count.EqualTo(3));
        Assert.That(files.ListDirectories(Two), Has.Count.EqualTo(3));
        await manager.CloseAsync();
        Assert.That((await OpenAsync(One, Two)).Logs.Count(), Is.EqualTo(6));
    }

    [Test]
    public async Task A_log_is_created_once()
    {
        var manager = await OpenAsync(One);

        var first = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);

        Assert.That(await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true), Is.SameAs(first));
        Assert.That(files.ListFiles(Path.Combine(One, "orders-0")), Is.EquivalentTo(
            ["00000000000000000000.log", "00000000000000000000.index", "00000000000000000000.timeindex", "partition.metadata"]));
    }

    [Test]
    public async Task A_deleted_log_is_renamed_and_goes_after_the_delay()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);

        Assert.That(await manager.DeleteLogAsync(orders), Is.True);
        Assert.That(await manager.DeleteLogAsync(orders), Is.False);

        Assert.That(manager.FindLog(orders), Is.Null);
        Assert.That(files.ListDirectories(One).Single(), Does.Match("^orders-0\\.[0-9a-f]{32}-delete$"));
        Assert.That((await log.AppendAsync(TestBatch.Of("a"), 0, AppendOrigin.Client)).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        time.Advance(TimeSpan.FromMinutes(1));
        await executor.RunAsync(static _ => true, true);
        await executor.RunAsync(static _ => true, true);
        executor.Dispose();
        Assert.That(files.ListDirectories(One), Is.Empty);
    }

    [Test]
    public async Task Segments_whose_log_is_deleted_before_them_leave_the_directory_online()
    {
        var manager = await OpenAsync(One);
        var config = TopicConfig.Default with { SegmentBytes = 100 };
        var log = await manager.GetOrCreateLogAsync(orders, topicId, config, isNew: true);
        for (var i = 0; i < 3; i++)
            await log.AppendAsync(TestBatch.Of("value"), 0, AppendOrigin.Client);
        await log.AdvanceLogStartAsync(2);
        await manager.DeleteLogAsync(orders);
        var again = await manager.GetOrCreateLogAsync(orders, topicId, config, isNew: true);
        await again.AppendAsync(TestBatch.Of("value"), 0, AppendOrigin.Client);
        var names = files.ListFiles(again.Path);

        time.Advance(TimeSpan.FromMinutes(1));
        executor.Dispose();

        Assert.That(manager.Directories.Single().IsOffline, Is.False);
        Assert.That(files.ListFiles(again.Path), Is.EquivalentTo(names), "the files of the log that took the name are its own");
    }

    [Test]
    public async Task A_log_that_is_deleted_takes_no_change_of_its_start()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);
        await log.AppendAsync(TestBatch.Of("a", "b"), 0, AppendOrigin.Client);
        await manager.DeleteLogAsync(orders);

        Assert.That(await log.AdvanceLogStartAsync(1), Is.EqualTo((ErrorCode.KafkaStorageError, 0L)));
    }

    [Test]
    public async Task A_log_that_cannot_be_opened_is_not_created_anew_elsewhere()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);
        await manager.CloseAsync();
        files.WriteAtomically(Path.Combine(log.Path, "partition.metadata"), "damaged"u8);

        var again = await OpenAsync(One, Two);

        Assert.That(async () => await again.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: false), Throws.InstanceOf<LogDirectoryException>().With.Message.Contains(One));
        Assert.That((await again.GetOrCreateLogAsync(new("new", 0), Uuid.Random(), TopicConfig.Default, isNew: true)).Path, Does.StartWith(Two));
        Assert.That(files.ListDirectories(Two), Is.EqualTo(["new-0"]));
    }

    [Test]
    public async Task A_log_without_a_topic_id_gets_that_of_its_topic()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, Uuid.Zero, TopicConfig.Default, isNew: true);

        Assert.That(await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: false), Is.SameAs(log));

        Assert.That(log.TopicId, Is.EqualTo(topicId));
        Assert.That(TextOf(log.Path, "partition.metadata"), Is.EqualTo("version: 0\ntopic_id: 5xo1MxS-SN-j88SoSLvRkA"));
    }

    [Test]
    public async Task A_log_that_nobody_owns_is_set_aside_and_not_found_again()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);
        await manager.GetOrCreateLogAsync(new("owned", 0), topicId, TopicConfig.Default, isNew: true);
        await log.AppendAsync(TestBatch.Of("a"), 0, AppendOrigin.Client);

        await manager.SetStrayAsideAsync(partition => partition.Topic == "owned");
        await manager.CloseAsync();
        var again = await OpenAsync(One);

        Assert.That(again.Logs.Select(found => found.Partition.Topic), Is.EqualTo(["owned"]));
        var stray = files.ListDirectories(One).Single(name => name != "owned-0");
        Assert.That(stray, Does.Match("^orders-0\\.[0-9a-f]{32}-stray$"));
        Assert.That(files.ReadAllBytes(Path.Combine(One, stray, "00000000000000000000.log")), Is.Not.Empty);
    }

    [Test]
    public async Task Idle_producers_are_forgotten_while_the_broker_runs()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);
        manager.StartTasks(intervals);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        Records Batch() => new TestBatch { ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0, Timestamp = now }.Build("value");
        await log.AppendAsync(Batch(), 0, AppendOrigin.Client);
        Assert.That((await log.AppendAsync(Batch(), 0, AppendOrigin.Client)).IsDuplicate, Is.True);

        time.Advance(TimeSpan.FromDays(1));
        executor.Dispose();

        Assert.That((await log.AppendAsync(Batch(), 0, AppendOrigin.Client)).IsDuplicate, Is.False);
    }

    [Test]
    public async Task What_a_deletion_left_behind_is_removed_at_the_start()
    {
        var manager = await OpenAsync(One);
        await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);
        await manager.DeleteLogAsync(orders);
        manager.Dispose();

        await OpenAsync(One);

        Assert.That(files.ListDirectories(One), Is.Empty);
    }

    [Test]
    public async Task Checkpoints_are_written_at_their_interval()
    {
        var manager = await OpenAsync(One);
        var log = await manager.GetOrCreateLogAsync(orders, topicId, TopicConfig.Default, isNew: true);
        manager.StartTasks(intervals);
        await log.AppendAsync(TestBatch.Of("a", "b"), 0, AppendOrigin.Client);
        await log.FlushAsync();

        time.Advance(TimeSpan.FromMinutes(1));
        executor.Dispose();

        Assert.That(TextOf(One, "recovery-point-offset-checkpoint"), Is.EqualTo("0\n1\norders 0 2\n"));
    }

    Task<LogManager> OpenAsync(params string[] directories) => OpenAsync(directories, nodeId: 1, clusterId: null);

    async Task<LogManager> OpenAsync(string[] directories, int nodeId, string? clusterId)
    {
        var manager = new LogManager(directories, files, new(executor, UnpooledByteBufferAllocator.Default, time, NullLogger.Instance));
        managers.Add(manager);
        await manager.OpenAsync(nodeId, clusterId, _ => TopicConfig.Default);
        return manager;
    }

    string TextOf(string directory, string name) => Encoding.UTF8.GetString(files.ReadAllBytes(Path.Combine(directory, name)));
}
