namespace NettyKafka.Tests.Clients;

/// <summary>Transactions of kafkajs.</summary>
public sealed class KafkaJsTransactionTests : ProgramTransactionTests
{
    private protected override MemberProgram Transformer { get; } = new("node", Node.Script("transformer.js"));

    private protected override string[] Reader { get; } = ["node", Node.Script("read.js")];

    protected override Task RequireClientAsync() => Node.RequireKafkaJsAsync();
}
