namespace NettyKafka.Tests.Clients;

/// <summary>Transactions of confluent-kafka for Python on an older librdkafka, as distributions ship it.</summary>
public sealed class ConfluentPythonTransactionTests : ProgramTransactionTests
{
    private protected override MemberProgram Transformer { get; } = new(Python.Program, Python.Script("transformer.py"));

    private protected override string[] Reader { get; } = [Python.Program, Python.Script("read.py")];

    protected override Task RequireClientAsync() => Python.RequireConfluentAsync();

    private protected override MemberOptions Mode(MemberOptions options) => options with { InstanceId = options.Name };
}
