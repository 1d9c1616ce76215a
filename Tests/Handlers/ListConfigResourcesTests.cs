using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ListConfigResourcesTests : IDisposable
{
    readonly TestBroker broker = new();

    public ListConfigResourcesTests()
    {
        broker.CreateTopic("orders");
        Set(ConfigResourceType.ClientMetrics, "m", "interval.ms", "1000");
        Set(ConfigResourceType.Group, "g", "share.isolation.level", "read_committed");
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Version_0_lists_metrics_subscriptions() => Assert.That(List(0).ConfigResources.Select(resource => (resource.ResourceName, resource.ResourceType)), Is.EqualTo(new[] { ("m", (sbyte)16) }));

    [Test]
    public void Version_1_lists_every_type_or_those_asked_for()
    {
        Assert.That(
            List(1).ConfigResources.Select(resource => (resource.ResourceName, resource.ResourceType)),
            Is.EquivalentTo(new[] { ("orders", (sbyte)2), ("1", (sbyte)4), ("1", (sbyte)8), ("m", (sbyte)16), ("g", (sbyte)32) }));
        Assert.That(List(1, 32, 2).ConfigResources.Select(resource => resource.ResourceName), Is.EqualTo(new[] { "g", "orders" }));
    }

    [Test]
    public void A_type_that_nobody_knows_is_refused() => Assert.That(List(1, 2, 3).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));

    ListConfigResourcesResponse List(short version, params sbyte[] types) => broker.Connect().Send(new ListConfigResourcesRequest { ResourceTypes = [.. types] }, version);

    void Set(ConfigResourceType type, string name, string config, string value)
    {
        var record = new ConfigRecord { ResourceType = (sbyte)type, ResourceName = name, Name = config, Value = value };
        TestBroker.Completed(broker.Broker.Cluster.ChangeAsync<bool>(_ => ([MetadataRecord.Of(record)], true)));
    }
}
