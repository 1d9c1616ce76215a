using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

/// <summary>Users and rights that Apache Kafka 4.2 has written count here as they did there.</summary>
[TestFixture("clean")]
[TestFixture("killed")]
public sealed class KafkaUsersTests(string kind) : IDisposable
{
    readonly TestBroker broker = new(
        SampleFiles.Of(kind, "data"),
        new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1795361000000)),
        [("log.retention.ms", "-1"), ("listener.name.sasl.sasl.enabled.mechanisms", "SCRAM-SHA-256"), .. AclRequests.Settings]);

    public void Dispose() => broker.Dispose();

    [Test]
    public void The_user_is_the_one_that_Kafkas_tool_shows()
    {
        var user = broker.ConnectAs(AclRequests.Admin).Send(new DescribeUserScramCredentialsRequest { Users = null }, 0).Results.Single();

        Assert.That(user.User, Is.EqualTo("alice"));
        Assert.That(user.CredentialInfos.Select(info => (info.Mechanism, info.Iterations)), Is.EqualTo(new[] { ((sbyte)ScramMechanism.Sha256, 4096) }));
    }

    [Test]
    public async Task The_user_logs_in_with_the_password_that_Kafka_was_given()
    {
        var (server, client) = (broker.Mechanisms("SASL").Create("SCRAM-SHA-256"), new ScramClient(ScramMechanism.Sha256, "alice", "secret"));

        var final = await server.EvaluateAsync(client.Final(await server.EvaluateAsync(client.First())));

        Assert.That(client.IsOfServer(final), Is.True);
        Assert.That(server.Principal, Is.EqualTo(KafkaPrincipal.OfUser("alice")));
    }

    [Test]
    public void The_acl_is_the_one_that_Kafkas_tool_shows_and_it_counts()
    {
        var resource = broker.ConnectAs(AclRequests.Admin).Send(AclRequests.Any(), 3).Resources.Single();

        Assert.That((resource.ResourceType, resource.ResourceName, resource.PatternType), Is.EqualTo(((sbyte)ResourceType.Topic, "plain", (sbyte)PatternType.Prefixed)));
        Assert.That(
            resource.Acls.Select(acl => (acl.Principal, acl.Host, acl.Operation, acl.PermissionType)),
            Is.EqualTo(new[] { ("User:alice", "*", (sbyte)AclOperation.Read, (sbyte)AclPermissionType.Allow) }));
        Assert.That(TopicsOf("alice"), Is.EqualTo(new[] { "plain" }));
        Assert.That(TopicsOf("bob"), Is.Empty);
    }

    IEnumerable<string?> TopicsOf(string user) => broker.ConnectAs(user).Send(new MetadataRequest { Topics = null }, 9).Topics.Select(topic => topic.Name);
}
