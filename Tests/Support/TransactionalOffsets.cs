using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Network;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support;

/// <summary>Offsets that are committed with a producer's transaction, whose coordinator is played: it answers as a test has it.</summary>
sealed class TransactionalOffsets(TestBroker broker)
{
    public const string TransactionalId = "tx";

    public ProducerIdAndEpoch Producer { get; set; } = new(7, 3);

    /// <summary>What is answered to who verifies that the group's partition belongs to the transaction.</summary>
    public ErrorCode Verification { get; set; }

    /// <summary>What has been verified.</summary>
    public List<(string TransactionalId, ProducerIdAndEpoch Producer, TopicPartition Partition, bool SupportsEpochBump)> Verified { get; } = [];

    public TestConnection Connect() => ConnectTo(broker.Broker.Node);

    public TestConnection ConnectTo(Server.Cluster.Node node) =>
        new(new ApiTable().Add(new TxnOffsetCommitHandler(broker.Broker.Cluster, broker.Broker.Groups, broker.Partitions, VerifyAsync)), node, broker.Time);

    public ErrorCode Commit(string group, string topic, long offset, string memberId = "", int epoch = -1, string? instanceId = null, short version = 5)
    {
        var request = Request(group, topic, offset);
        (request.MemberId, request.GenerationIdOrMemberEpoch, request.GroupInstanceId) = (memberId, epoch, instanceId);
        return Send(request, version);
    }

    public TxnOffsetCommitRequest Request(string group, string topic, long offset, int partition = 0) => new()
    {
        TransactionalId = TransactionalId,
        GroupId = group,
        ProducerId = Producer.ProducerId,
        ProducerEpoch = Producer.Epoch,
        Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition, CommittedOffset = offset, CommittedMetadata = "" }] }],
    };

    public ErrorCode Send(TxnOffsetCommitRequest request, short version = 5)
    {
        using var connection = Connect();
        return connection.Send(request, version).Topics.Single().Partitions.Single().ErrorCode;
    }

    /// <summary>Ends the transaction in the only partition of the groups' topic.</summary>
    public ErrorCode End(bool isCommit, int coordinatorEpoch = 0) =>
        TestBroker.Completed(broker.Broker.Groups.EndTransactionAsync(0, new(Producer, isCommit, coordinatorEpoch, 0)));

    Task<(ErrorCode Error, VerificationGuard? Guard)> VerifyAsync(string transactionalId, ProducerIdAndEpoch producer, Partition partition, bool supportsEpochBump)
    {
        Verified.Add((transactionalId, producer, partition.Id, supportsEpochBump));
        return Task.FromResult((Verification, partition.StartTransactionVerification(producer, RecordBatch.NoSequence, supportsEpochBump)));
    }
}
