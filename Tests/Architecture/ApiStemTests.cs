using System.Text.RegularExpressions;
using NettyKafka.Server.Network;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Architecture;

/// <summary>An API is found in one guess: schema, handler and test have its stem, and the README's table says which versions are served.</summary>
public sealed partial class ApiStemTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_api_has_a_schema_a_handler_and_a_test_of_its_name()
    {
        foreach (var api in broker.Broker.Apis.Apis)
        {
            Assert.That(Path.Combine(Repository.Root, "Codec", "Schemas", $"{api.Key:00}-{api.Name}.kafka"), Does.Exist);
            Assert.That(Path.Combine(Repository.Root, "Server", "Handlers", $"{api.Name}Handler.cs"), Does.Exist);
            Assert.That(Path.Combine(Repository.Root, "Tests", "Handlers", $"{api.Name}Tests.cs"), Does.Exist);
        }
    }

    [Test]
    public void The_readme_lists_the_apis_and_versions_that_are_served()
    {
        var listed = from Match row in Row().Matches(Repository.ReadAllText("README.md"))
                     select (Key: short.Parse(row.Groups[1].Value), Name: row.Groups[2].Value, Served: row.Groups[3].Value, Advertised: row.Groups[4].Value);

        Assert.That(listed, Is.EqualTo(broker.Broker.Apis.Apis.Select(api => (api.Key, api.Name, $"{api.Served}", $"{api.Advertised}"))), RowsOf(broker.Broker.Apis));
    }

    static string RowsOf(ApiTable apis) =>
        "The table should be\n" + string.Join('\n', apis.Apis.Select(api => $"| {api.Key} | {api.Name} | {api.Served} | {api.Advertised} |"));

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \| ([\d-]+) \| ([\d-]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
