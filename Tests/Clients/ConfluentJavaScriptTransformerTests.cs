namespace NettyKafka.Tests.Clients;

/// <summary>Consume, transform, produce with @confluentinc/kafka-javascript, in groups of either protocol. It is compiled when it is installed: only where it is asked for.</summary>
[TestFixture("classic")]
[TestFixture("consumer")]
[Explicit("./build.sh --target=ConfluentJavaScript runs them")]
public sealed class ConfluentJavaScriptTransformerTests(string protocol) : TransformerTests
{
    private protected override MemberProgram Transformer { get; } = new("node", Node.Script("confluent/transformer.js"));

    protected override Task RequireClientAsync() => Node.RequireConfluentAsync();

    private protected override MemberOptions Mode(MemberOptions options) => options with { Protocol = protocol };
}
