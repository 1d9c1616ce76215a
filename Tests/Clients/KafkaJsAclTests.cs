using System.Text.Json.Nodes;

namespace NettyKafka.Tests.Clients;

/// <summary>ACLs as kafkajs manages them, by the numbers of the protocol.</summary>
public sealed class KafkaJsAclTests : AclFixture
{
    const int Any = 1;
    const int Topic = 2;
    const int Read = 3;
    const int Literal = 3;
    const int Prefixed = 4;
    const int Allow = 3;

    protected override Task RequireClientAsync() => Node.RequireKafkaJsAsync();

    [Test]
    public async Task Acls_are_created_described_and_deleted()
    {
        var filter = $$"""{"resourceType": {{Topic}}, "resourcePatternType": {{Any}}, "principal": "User:{{Other}}", "operation": {{Any}}, "permissionType": {{Any}}}""";

        var results = await AdminAsync(User, Password, $$"""
            [["createAcls", {"acl": [{{Acl("orders", Literal)}}, {{Acl("pay", Prefixed)}}]}],
             ["describeAcls", {{filter}}],
             ["deleteAcls", {"filters": [{{filter}}]}],
             ["describeAcls", {{filter}}]]
            """);

        Assert.That(results[0]!.GetValue<bool>(), Is.True);
        Assert.That(Names(results[1]!["resources"]!), Is.EquivalentTo(new[] { ("orders", Literal), ("pay", Prefixed) }));
        Assert.That(Names(results[2]!["filterResponses"]![0]!["matchingAcls"]!), Is.EquivalentTo(new[] { ("orders", Literal), ("pay", Prefixed) }));
        Assert.That(results[3]!["resources"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Who_may_not_is_told_so()
    {
        await AdminAsync(User, Password, """[["createTopics", {"topics": [{"topic": "hidden"}]}]]""");

        var results = await AdminAsync(Other, OtherPassword, $$"""
            [["listTopics"],
             ["fetchTopicMetadata", {"topics": ["hidden"]}],
             ["createTopics", {"topics": [{"topic": "mine"}]}],
             ["deleteTopics", {"topics": ["hidden"]}],
             ["createAcls", {"acl": [{{Acl("hidden", Literal)}}]}],
             ["deleteGroups", ["clerks"]]]
            """);

        Assert.That(results[0]!.AsArray(), Is.Empty);
        Assert.That(Error(results[1]), Is.EqualTo("TOPIC_AUTHORIZATION_FAILED"));
        Assert.That(Error(results[2]), Is.EqualTo("Topic creation errors"));
        Assert.That(Error(results[3]), Is.EqualTo("TOPIC_AUTHORIZATION_FAILED"));
        Assert.That(Error(results[4]), Is.EqualTo("CLUSTER_AUTHORIZATION_FAILED"));
        Assert.That(Error(results[5]), Is.EqualTo("Failed to find group coordinator"));
    }

    static string Acl(string name, int pattern) =>
        $$"""{"resourceType": {{Topic}}, "resourceName": "{{name}}", "resourcePatternType": {{pattern}}, "principal": "User:{{Other}}", "host": "*", "operation": {{Read}}, "permissionType": {{Allow}}}""";

    static IEnumerable<(string, int)> Names(JsonNode resources) =>
        resources.AsArray().Select(resource => (resource!["resourceName"]!.GetValue<string>(), (resource["resourcePatternType"] ?? resource["resourcePatternFilter"])!.GetValue<int>()));

    static string? Error(JsonNode? result) => result?["error"]?.GetValue<string>();

    async Task<JsonArray> AdminAsync(string user, string password, string calls) =>
        JsonNode.Parse((await Programs.RunAsync("node", [Node.Script("admin.js"), BootstrapServers, user, password], [calls])).Single())!.AsArray();
}
