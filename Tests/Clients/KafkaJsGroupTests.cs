namespace NettyKafka.Tests.Clients;

/// <summary>Groups of kafkajs.</summary>
public sealed class KafkaJsGroupTests : ProgramGroupTests
{
    private protected override MemberProgram Program { get; } = new("node", Node.Script("member.js"));

    protected override Task RequireClientAsync() => Node.RequireKafkaJsAsync();
}
