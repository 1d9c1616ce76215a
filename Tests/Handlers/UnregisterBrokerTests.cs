using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class UnregisterBrokerTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public async Task A_broker_that_is_gone_is_forgotten_and_in_sync_no_more()
    {
        var id = broker.CreateTopic("orders");
        await ChangeAsync(image => MetadataRecord.Of(new RegisterBrokerRecord { BrokerId = 7, BrokerEpoch = 70 }, image.MetadataVersion));
        await ChangeAsync(image => MetadataRecord.Of(new PartitionChangeRecord { TopicId = id, PartitionId = 0, Replicas = [1, 7], Isr = [7, 1] }, image.MetadataVersion));

        Assert.That(Unregister(7).ErrorCode, Is.EqualTo(ErrorCode.None));

        Assert.That(broker.Broker.Cluster.Image.Retained.FindBroker(7), Is.Null);
        Assert.That(broker.Broker.Cluster.Image.FindTopic("orders")!.Partitions[0].Isr, Is.EqualTo(new[] { 1 }));
        Assert.That(Unregister(7).ErrorCode, Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
    }

    [Test]
    public void A_broker_that_nobody_knows_is_told()
    {
        var response = Unregister(5);

        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.BrokerIdNotRegistered, "Broker ID 5 is not currently registered")));
    }

    [Test]
    public void The_broker_that_serves_the_request_stays() =>
        Assert.That(Unregister(1).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    async Task ChangeAsync(Func<ClusterImage, MetadataRecord> change) => await broker.Broker.Cluster.ChangeAsync(image => (new[] { change(image) }, true));

    UnregisterBrokerResponse Unregister(int id) => broker.Connect().Send(new UnregisterBrokerRequest { BrokerId = id }, 0);
}
