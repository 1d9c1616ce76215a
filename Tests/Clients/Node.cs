namespace NettyKafka.Tests.Clients;

/// <summary>Where Node's clients and the programs on them are.</summary>
static class Node
{
    static readonly string programs = Repository.Path("Tests", "Clients", "Node");

    public static string Script(string name) => Path.Combine(programs, name);

    public static async Task RequireKafkaJsAsync()
    {
        await Programs.Require("nodejs", "node", "--version");
        await Programs.Require("kafkajs (npm ci in Tests/Clients/Node)", "node", Probe("kafkajs"));
    }

    public static async Task RequireConfluentAsync()
    {
        await Programs.Require("nodejs", "node", "--version");
        await Programs.Require("@confluentinc/kafka-javascript (npm ci in Tests/Clients/Node/confluent)", "node", Probe("@confluentinc/kafka-javascript", "confluent"));
    }

    /// <summary>The arguments with which node ends well where the package is installed.</summary>
    public static string[] Probe(string package, string folder = "") => ["-e", $"require(require.resolve('{package}', {{ paths: ['{Path.Combine(programs, folder)}'] }}))"];
}
