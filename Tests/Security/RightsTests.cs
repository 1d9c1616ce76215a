using System.Reflection;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;
using static NettyKafka.Codec.Wire.ErrorCode;

namespace NettyKafka.Tests.Security;

/// <summary>Which rights every API asks for, and what who lacks one is told: API, resource, operation, error.</summary>
public sealed class RightsTests : IDisposable
{
    const string Client = "alice";

    static readonly ErrorCode[] authorizationErrors = [TopicAuthorizationFailed, GroupAuthorizationFailed, ClusterAuthorizationFailed, TransactionalIdAuthorizationFailed, DelegationTokenAuthorizationFailed];

    /// <summary>APIs that leave out what may not be seen, or that everybody may use.</summary>
    static readonly string[] withoutRefusal =
    [
        "ApiVersions", "SaslHandshake", "SaslAuthenticate", "DescribeCluster", "ListGroups", "ListTransactions", "GetTelemetrySubscriptions", "PushTelemetry",
        "RenewDelegationToken", "ExpireDelegationToken", "DescribeDelegationToken",
    ];

    readonly TestBroker broker = new(AclRequests.Settings);

    public RightsTests()
    {
        broker.CreateTopic("orders");
        broker.Produce("orders", 0, "a");
    }

    public void Dispose() => broker.Dispose();

    static IEnumerable<TestCaseData> Cases =>
        from one in typeof(RightsTable).GetFields(BindingFlags.Static | BindingFlags.Public)
        let row = (RightsTable.Row)one.GetValue(null)!
        select new TestCaseData(row).SetArgDisplayNames(one.Name);

    [TestCaseSource(nameof(Cases))]
    public void Every_right_is_needed_and_together_they_are_enough(RightsTable.Row row)
    {
        for (var missing = 0; missing < row.Rights.Length; missing++)
        {
            var user = $"{Client}-{missing}";
            Grant(user, row.Rights.Where((_, i) => i != missing));
            Assert.That(ErrorsOf.Response(row.Ask(broker, broker.ConnectAs(user))), Does.Contain(row.Rights[missing].Error), $"without {row.Rights[missing]}");
        }

        Grant(Client, row.Rights);
        Assert.That(ErrorsOf.Response(row.Ask(broker, broker.ConnectAs(Client))).Intersect(authorizationErrors), Is.Empty, "with all of them");
    }

    [Test]
    public void Every_API_is_in_the_table()
    {
        var inTable = typeof(RightsTable).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => field.Name.Split('_')[0]);

        Assert.That(broker.Broker.Apis.Apis.Select(api => api.Name).Except(inTable).Except(withoutRefusal), Is.Empty);
    }

    void Grant(string user, IEnumerable<RightsTable.Right> rights) =>
        broker.Create([.. rights.Select(right => AclRequests.Acl(user, right.Operation, right.Type, right.Name))]);
}
