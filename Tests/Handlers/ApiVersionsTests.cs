using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ApiVersionsTests : IDisposable
{
    static readonly short[] telemetry = [ApiKeys.GetTelemetrySubscriptions, ApiKeys.PushTelemetry];

    readonly TestBroker broker = new();
    readonly TestConnection connection;

    public ApiVersionsTests() => connection = broker.Connect();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_answers_with_the_table_of_apis([Range(0, 5)] short version)
    {
        var response = connection.Send(Request(), version);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(
            response.ApiKeys.Select(api => (api.ApiKey, api.MinVersion, api.MaxVersion)),
            Is.EqualTo(broker.Broker.Apis.Apis.Where(api => !telemetry.Contains(api.Key)).Select(api => (api.Key, api.Advertised.Min, api.Advertised.Max))));
    }

    [Test]
    public void Telemetry_is_told_while_somebody_is_subscribed()
    {
        Assert.That(Told(), Is.Empty);
        Subscribe(AlterConfigOp.Set);
        Assert.That(Told(), Is.EqualTo(telemetry));
        Subscribe(AlterConfigOp.Delete);
        Assert.That(Told(), Is.Empty);

        IEnumerable<short> Told() => connection.Send(Request(), 4).ApiKeys.Select(api => api.ApiKey).Intersect(telemetry);

        void Subscribe(AlterConfigOp op) => connection.Send(
            new IncrementalAlterConfigsRequest
            {
                Resources = [new() { ResourceType = (sbyte)ConfigResourceType.ClientMetrics, ResourceName = "all", Configs = [new() { Name = "metrics", ConfigOperation = (sbyte)op, Value = "*" }] }],
            },
            1);
    }

    [Test]
    public void An_unknown_version_is_answered_in_version_0_with_the_range_of_ApiVersions_alone()
    {
        connection.PostRaw([0, 0, 0, 14, 0, 18, 0, 99, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0]);

        Assert.That(connection.TryTakeFrame(), Is.EqualTo(new byte[] { 0, 0, 0, 7, 0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 4 }));
        Assert.That(connection.IsOpen);
    }

    [Test]
    public void Produce_is_advertised_from_version_0_as_Kafka_does() =>
        Assert.That(connection.Send(Request(), 4).ApiKeys.Single(api => api.ApiKey == ApiKeys.Produce).MinVersion, Is.Zero);

    [TestCase(ApiKeys.ApiVersions, 4)]
    [TestCase(ApiKeys.InitProducerId, 5)]
    [TestCase(ApiKeys.ListOffsets, 10)]
    public void Versions_that_are_not_final_are_not_advertised(short apiKey, short newest) =>
        Assert.That(connection.Send(Request(), 4).ApiKeys.Single(api => api.ApiKey == apiKey).MaxVersion, Is.EqualTo(newest));

    [Test]
    public void All_that_is_served_is_finalised_on_a_new_cluster()
    {
        var response = connection.Send(Request(), 3);

        Assert.That(
            response.FinalizedFeatures.Select(feature => (feature.Name, feature.MaxVersionLevel)),
            Is.EqualTo(new[] { ("group.version", (short)1), ("metadata.version", (short)29), ("transaction.version", (short)2) }));
        Assert.That(response.FinalizedFeaturesEpoch, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task A_finalised_feature_that_is_not_served_is_not_told()
    {
        var record = MetadataRecord.Of(new FeatureLevelRecord { Name = "share.version", FeatureLevel = 1 });
        await broker.Broker.Cluster.ChangeAsync<bool>(_ => ([record], true));

        Assert.That(connection.Send(Request(), 4).FinalizedFeatures.Select(feature => feature.Name), Is.EqualTo(new[] { "group.version", "metadata.version", "transaction.version" }));
    }

    [TestCase("", "1.0")]
    [TestCase("client", "1.0!")]
    [TestCase("-client", "1.0")]
    public void A_malformed_client_software_name_or_version_is_refused(string name, string version) =>
        Assert.That(connection.Send(new ApiVersionsRequest { ClientSoftwareName = name, ClientSoftwareVersion = version }, 3).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    [Test]
    public void A_client_that_looks_for_another_cluster_or_node_is_told_to_bootstrap_again()
    {
        var clusterId = broker.Broker.Cluster.ClusterId;
        Assert.That(Ask(clusterId, 1), Is.EqualTo(ErrorCode.None));
        Assert.That(Ask("another", 1), Is.EqualTo(ErrorCode.RebootstrapRequired));
        Assert.That(Ask(clusterId, 2), Is.EqualTo(ErrorCode.RebootstrapRequired));
        Assert.That(Ask(clusterId, -1), Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(Ask(null, 1), Is.EqualTo(ErrorCode.InvalidRequest));
    }

    ErrorCode Ask(string? clusterId, int nodeId) =>
        connection.Send(new ApiVersionsRequest { ClientSoftwareName = "c", ClientSoftwareVersion = "1", ClusterId = clusterId, NodeId = nodeId }, 5).ErrorCode;

    static ApiVersionsRequest Request() => new() { ClientSoftwareName = "nettykafka-tests", ClientSoftwareVersion = "1.0" };
}
