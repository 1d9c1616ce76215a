using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Consume, transform, produce with Confluent.Kafka, in groups of either protocol.</summary>
[TestFixture(GroupProtocol.Classic, "range")]
[TestFixture(GroupProtocol.Consumer, "uniform")]
public sealed class ConfluentTransformerTests(GroupProtocol protocol, string assignor) : TransformerTests
{
    private protected override MemberProgram Transformer { get; } = new("dotnet", typeof(Program).Assembly.Location);

    // A static classic member that comes back does not wait for its session to end.
    private protected override MemberOptions Mode(MemberOptions options) =>
        options with { Version = protocol.ToString(), Assignor = assignor, InstanceId = protocol == GroupProtocol.Classic ? options.Name : null };
}
