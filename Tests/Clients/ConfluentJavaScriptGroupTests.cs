namespace NettyKafka.Tests.Clients;

/// <summary>
/// Groups of @confluentinc/kafka-javascript, of both protocols. It is compiled when it is installed, so that these tests are run only where they are asked for. With
/// cooperative-sticky the client goes on with records of partitions that it has given up, and commits them when another member has begun, which these tests do not allow.
/// </summary>
[TestFixture("classic", "range")]
[TestFixture("consumer", null)]
[Explicit("./build.sh --target=ConfluentJavaScript runs them")]
public sealed class ConfluentJavaScriptGroupTests(string protocol, string? assignor) : ProgramGroupTests
{
    private protected override MemberProgram Program { get; } = new("node", Node.Script("confluent/member.js"));

    protected override Task RequireClientAsync() => Node.RequireConfluentAsync();

    private protected override MemberOptions Mode(MemberOptions options) => options with { Protocol = protocol, Assignor = assignor };
}
