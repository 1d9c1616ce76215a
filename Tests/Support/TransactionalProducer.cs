using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support;

/// <summary>
/// A transactional producer as its requests: of transaction version 1, which adds partitions itself, or of version 2 (KIP-890), where the broker does and every end
/// gives it another epoch.
/// </summary>
public sealed class TransactionalProducer(TestConnection connection, string transactionalId, short transactionVersion = 2)
{
    readonly Dictionary<TopicPartition, int> sequences = [];

    public string TransactionalId => transactionalId;

    public int TimeoutMs { get; init; } = 60_000;

    public ProducerIdAndEpoch Producer { get; set; } = ProducerIdAndEpoch.None;

    /// <summary>A new one after the broker has restarted.</summary>
    public TestConnection Connection { get; set; } = connection;

    bool IsV2 => transactionVersion >= 2;

    /// <summary>Begins anew, and fences whoever had the transactional id before.</summary>
    public TransactionalProducer Init()
    {
        var error = TryInit();
        if (error == ErrorCode.ConcurrentTransactions)
            error = TryInit();
        Assert.That(error, Is.EqualTo(ErrorCode.None));
        return this;
    }

    /// <param name="goesOn">Whether it says what it is, to go on with another epoch (KIP-360).</param>
    public ErrorCode TryInit(bool goesOn = false)
    {
        var response = Connection.Send(InitRequest(goesOn), 5);
        if (response.ErrorCode == ErrorCode.None)
            GoOnAs(new(response.ProducerId, response.ProducerEpoch));
        return response.ErrorCode;
    }

    public InitProducerIdRequest InitRequest(bool goesOn = false) => new()
    {
        TransactionalId = transactionalId,
        TransactionTimeoutMs = TimeoutMs,
        ProducerId = goesOn ? Producer.ProducerId : RecordBatch.NoProducerId,
        ProducerEpoch = goesOn ? Producer.Epoch : RecordBatch.NoProducerEpoch,
    };

    public AddPartitionsToTxnRequest AddRequest(params TopicPartition[] partitions) => new()
    {
        V3AndBelowTransactionalId = transactionalId,
        V3AndBelowProducerId = Producer.ProducerId,
        V3AndBelowProducerEpoch = Producer.Epoch,
        V3AndBelowTopics =
        [
            .. from partition in partitions
               group partition.Partition by partition.Topic into topic
               select new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic { Name = topic.Key, Partitions = [.. topic] },
        ],
    };

    /// <summary>Adds partitions as a producer of transaction version 1 does; answers the first error.</summary>
    public ErrorCode Add(params TopicPartition[] partitions) => Connection.Send(AddRequest(partitions), 3).ResultsByTopicV3AndBelow
        .SelectMany(topic => topic.ResultsByPartition)
        .Select(partition => partition.PartitionErrorCode)
        .FirstOrDefault(error => error != ErrorCode.None);

    public ErrorCode AddOffsets(string groupId) => Connection.Send(
        new AddOffsetsToTxnRequest { TransactionalId = transactionalId, ProducerId = Producer.ProducerId, ProducerEpoch = Producer.Epoch, GroupId = groupId }, 3).ErrorCode;

    /// <summary>An offset of a topic's partition 0, to be committed with the transaction.</summary>
    public TxnOffsetCommitRequest OffsetRequest(string groupId, string topic, long offset) => new()
    {
        TransactionalId = transactionalId,
        GroupId = groupId,
        ProducerId = Producer.ProducerId,
        ProducerEpoch = Producer.Epoch,
        Topics = [new() { Name = topic, Partitions = [new() { CommittedOffset = offset, CommittedMetadata = "" }] }],
    };

    public ErrorCode Send(TxnOffsetCommitRequest request) => Connection.Send(request, (short)(IsV2 ? 5 : 4)).Topics.Single().Partitions.Single().ErrorCode;

    /// <summary>Commits an offset of a topic's partition 0 with the transaction, to which the group is added first where the producer has to do so itself.</summary>
    public ErrorCode CommitOffset(string groupId, string topic, long offset)
    {
        var error = IsV2 ? ErrorCode.None : AddOffsets(groupId);
        return error == ErrorCode.None ? Send(OffsetRequest(groupId, topic, offset)) : error;
    }

    /// <summary>The records of the transaction for one partition, as the next ones of the producer.</summary>
    public ProduceRequest ProduceRequest(TopicPartition partition, params string[] values)
    {
        var sequence = sequences.GetValueOrDefault(partition);
        sequences[partition] = sequence + values.Length;
        using var builder = new RecordBatchBuilder { ProducerId = Producer.ProducerId, ProducerEpoch = Producer.Epoch, BaseSequence = sequence, IsTransactional = true };
        foreach (var value in values)
            builder.Append(TestBatch.Now, null, Encoding.UTF8.GetBytes(value));
        var request = TestBroker.ProduceRequestOf(partition.Topic, partition.Partition, builder.ToArray());
        request.TransactionalId = transactionalId;
        return request;
    }

    public ErrorCode Send(ProduceRequest request) => Connection.Send(request, (short)(IsV2 ? 12 : 11)).Responses.Single().PartitionResponses.Single().ErrorCode;

    /// <summary>Writes to a partition, which is added to the transaction first where the producer has to do so itself.</summary>
    public ErrorCode Produce(TopicPartition partition, params string[] values)
    {
        var error = IsV2 ? ErrorCode.None : Add(partition);
        return error == ErrorCode.None ? Send(ProduceRequest(partition, values)) : error;
    }

    public EndTxnRequest EndRequest(bool isCommit) => new()
    {
        TransactionalId = transactionalId,
        ProducerId = Producer.ProducerId,
        ProducerEpoch = Producer.Epoch,
        Committed = isCommit,
    };

    public EndTxnResponse Send(EndTxnRequest request) => Connection.Send(request, (short)(IsV2 ? 5 : 4));

    public ErrorCode End(bool isCommit)
    {
        var response = Send(EndRequest(isCommit));
        if (IsV2 && response.ErrorCode == ErrorCode.None)
            GoOnAs(new(response.ProducerId, response.ProducerEpoch));
        return response.ErrorCode;
    }

    public ErrorCode Commit() => End(isCommit: true);

    public ErrorCode Abort() => End(isCommit: false);

    public DescribeTransactionsResponse.TransactionStateStruct Describe() =>
        Connection.Send(new DescribeTransactionsRequest { TransactionalIds = [transactionalId] }, 0).TransactionStates.Single();

    void GoOnAs(ProducerIdAndEpoch producer)
    {
        if (producer != Producer)
            sequences.Clear();
        Producer = producer;
    }
}
