namespace NettyKafka.Tests.Clients;

/// <summary>Groups of kafka-python, in the newest protocol that it knows and in the oldest that has groups.</summary>
[TestFixture(null)]
[TestFixture("0.9")]
public sealed class KafkaPythonGroupTests(string? version) : ProgramGroupTests
{
    private protected override MemberProgram Program { get; } = new(Python.Program, Python.Script("member.py"));

    protected override Task RequireClientAsync() => Python.RequireKafkaAsync();

    private protected override MemberOptions Mode(MemberOptions options) => options with { Version = version };
}
