using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Telemetry;

/// <summary>Sets the configs of client-metrics resources on the metadata log.</summary>
static class ClientMetricsRecords
{
    public static void Subscribe(this TestBroker broker, string subscription, params (string Name, string? Value)[] configs)
    {
        var records = configs.Select(config => RecordOf(subscription, config.Name, config.Value)).ToList();
        var (error, _) = TestBroker.Completed(broker.Broker.Cluster.ChangeAsync<bool>(_ => (records, true)));
        Assert.That(error, Is.EqualTo(ErrorCode.None));
    }

    public static MetadataRecord RecordOf(string subscription, string name, string? value) =>
        MetadataRecord.Of(new ConfigRecord { ResourceType = (sbyte)ConfigResourceType.ClientMetrics, ResourceName = subscription, Name = name, Value = value });
}
