using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

/// <summary>What of a produce request is done on the event loop, and what by the executor.</summary>
public sealed class ProduceBudgetTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly BlockingExecutor executor = new(1, NullLogger.Instance);
    readonly ManualResetEventSlim busy = new();

    public void Dispose()
    {
        busy.Set();
        executor.Dispose();
        busy.Dispose();
        broker.Dispose();
    }

    [TestCase(3, true)]
    [TestCase(4, false)]
    public Task What_all_batches_of_a_request_decompress_to_counts(int partitions, bool isDoneAtOnce) =>
        Expect(partitions, isDoneAtOnce, 12, Batch(CompressionType.Gzip, new byte[300_000]));

    [TestCase(3, true)]
    [TestCase(4, false)]
    public Task The_size_of_all_batches_of_a_request_counts(int partitions, bool isDoneAtOnce) =>
        Expect(partitions, isDoneAtOnce, 12, Batch(CompressionType.None, new byte[300_000]));

    [TestCase(3, true)]
    [TestCase(4, false)]
    public Task What_the_sets_of_a_request_decompress_to_counts(int partitions, bool isDoneAtOnce) =>
        Expect(
            partitions,
            isDoneAtOnce,
            2,
            TestMessageSet.Wrap(1, 0, TestBatch.Now, CompressionType.Gzip, TestMessageSet.Message(1, 0, TestBatch.Now, null, new byte[300_000])),
            ("compression.type", "uncompressed"));

    [TestCase(3, true)]
    [TestCase(4, false)]
    public Task What_is_compressed_for_all_batches_of_a_request_counts(int partitions, bool isDoneAtOnce) =>
        Expect(partitions, isDoneAtOnce, 12, Batch(CompressionType.None, new byte[5_000]), ("compression.type", "gzip"));

    [TestCase(3, true)]
    [TestCase(4, false)]
    public Task What_is_compressed_for_all_sets_of_a_request_counts(int partitions, bool isDoneAtOnce) =>
        Expect(partitions, isDoneAtOnce, 2, TestMessageSet.Message(1, 0, TestBatch.Now, null, new byte[5_000]), ("compression.type", "gzip"));

    [TestCase(7_000, true)]
    [TestCase(9_000, false)]
    public Task A_batch_whose_offsets_are_put_right_is_compressed_at_once_only_when_it_is_small(int valueSize, bool isDoneAtOnce)
    {
        using var builder = new RecordBatchBuilder { CompressionType = CompressionType.Gzip };
        builder.Append(TestBatch.Now, null, new byte[valueSize]);
        builder.AppendWithOffset(7, TestBatch.Now, null, new byte[valueSize]);
        var batch = new RecordBatch(builder.Build()) { LastOffsetDelta = 1 };
        batch.UpdateCrc();

        return Expect(1, isDoneAtOnce, 12, batch.Bytes.ToArray());
    }

    /// <summary>Produces the same to each of so many partitions: everything is accepted, at once or when the executor has time.</summary>
    async Task Expect(int partitions, bool isDoneAtOnce, short version, byte[] records, params (string Name, string Value)[] configs)
    {
        broker.CreateTopic("orders", partitions, configs);
        executor.Post(busy.Wait);
        var handler = new ProduceHandler(broker.Broker.Cluster, broker.Partitions, new(broker.Broker.Transactions, broker.Broker.Config, broker.Time), broker.Broker.Quotas, executor, broker.Time);
        var request = new ProduceRequest
        {
            Acks = 1,
            TopicData = [new() { Name = "orders", PartitionData = [.. Enumerable.Range(0, partitions).Select(i => Data(i, records))] }],
        };

        var producing = handler.HandleAsync(request, Context(version)).AsTask();

        Assert.That(producing.IsCompleted, Is.EqualTo(isDoneAtOnce));
        busy.Set();
        var response = await producing;
        Assert.That(response!.Responses.Single().PartitionResponses.Select(partition => partition.ErrorCode), Is.All.EqualTo(ErrorCode.None));
        Assert.That(Enumerable.Range(0, partitions).Select(i => broker.Partitions.Find(new("orders", i))!.Bounds.LogEndOffset), Is.All.GreaterThan(0));
    }

    static ProduceRequest.PartitionProduceData Data(int partition, byte[] records) => new() { Index = partition, Records = Records.View(records.ToArray()) };

    RequestContext Context(short version)
    {
        var address = new IPEndPoint(IPAddress.Loopback, 9092);
        return new(new() { RequestApiVersion = version }, new(broker.Broker.Node, TestConnection.ListenerName, SecurityProtocol.Plaintext, address, address, CancellationToken.None));
    }

    static byte[] Batch(CompressionType codec, byte[] value)
    {
        using var builder = new RecordBatchBuilder { CompressionType = codec };
        builder.Append(TestBatch.Now, null, value);
        return builder.ToArray();
    }
}
