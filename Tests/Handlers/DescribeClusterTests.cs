using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeClusterTests : IDisposable
{
    readonly TestBroker broker = new(("broker.rack", "r1"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_describes_the_cluster([Range(0, 2)] short version)
    {
        var response = broker.Connect().Send(new DescribeClusterRequest(), version);

        Assert.That((response.ClusterId, response.ControllerId), Is.EqualTo((broker.Broker.Cluster.ClusterId, 1)));
        var node = response.Brokers.Single();
        Assert.That((node.BrokerId, node.Host, node.Port, node.Rack), Is.EqualTo((1, "broker.test", 9092, "r1")));
    }

    [TestCase(2, ErrorCode.MismatchedEndpointType)]
    [TestCase(3, ErrorCode.UnsupportedEndpointType)]
    public void Only_brokers_are_described(sbyte endpointType, ErrorCode error) =>
        Assert.That(broker.Connect().Send(new DescribeClusterRequest { EndpointType = endpointType }, 1).ErrorCode, Is.EqualTo(error));

    [Test]
    public void Authorized_operations_are_told_when_asked_for() =>
        Assert.That(broker.Connect().Send(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, 0).ClusterAuthorizedOperations, Is.EqualTo(0b1_1111_1010_0000));
}
