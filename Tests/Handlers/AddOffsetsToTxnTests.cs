using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class AddOffsetsToTxnTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly TransactionalProducer producer;

    public AddOffsetsToTxnTests() => producer = new TransactionalProducer(broker.Connect(), "tx", transactionVersion: 1).Init();

    public void Dispose() => broker.Dispose();

    [Test]
    public async Task Every_version_adds_the_partition_that_keeps_the_group([Range(0, 4)] short version)
    {
        Assert.That(producer.Connection.Send(Request(), version).ErrorCode, Is.EqualTo(ErrorCode.None));

        var topic = producer.Describe().Topics.Single();
        Assert.That((topic.Topic, topic.Partitions.Single()), Is.EqualTo(("__consumer_offsets", await broker.Broker.Groups.PartitionForAsync("g"))));
    }

    [TestCase("", 0, 0, ErrorCode.InvalidRequest)]
    [TestCase("unknown", 0, 0, ErrorCode.InvalidProducerIdMapping)]
    [TestCase("tx", 1, 0, ErrorCode.InvalidProducerIdMapping)]
    [TestCase("tx", 0, 1, ErrorCode.ProducerFenced)]
    public void Only_the_producer_of_the_transactional_id_adds(string transactionalId, long otherId, short otherEpoch, ErrorCode error)
    {
        var request = Request();
        request.TransactionalId = transactionalId;
        request.ProducerId += otherId;
        request.ProducerEpoch += otherEpoch;

        Assert.That(producer.Connection.Send(request, 4).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void A_client_that_does_not_know_of_fencing_hears_of_its_epoch([Values(1, 2)] short version)
    {
        var request = Request();
        request.ProducerEpoch++;

        Assert.That(producer.Connection.Send(request, version).ErrorCode, Is.EqualTo(version == 1 ? ErrorCode.InvalidProducerEpoch : ErrorCode.ProducerFenced));
    }

    AddOffsetsToTxnRequest Request() => new() { TransactionalId = "tx", ProducerId = producer.Producer.ProducerId, ProducerEpoch = producer.Producer.Epoch, GroupId = "g" };
}
