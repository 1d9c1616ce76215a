using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Consume, transform, produce with Confluent.Kafka, in groups of either protocol.</summary>
[TestFixture(GroupProtocol.Classic, "range")]
[TestFixture(GroupProtocol.Consumer, "uniform")]
public sealed class ConfluentTransformerTests(GroupProtocol protocol, string assignor) : TransformerTests
{
    private protected override MemberProgram Transformer { get; } = new("dotnet", typeof(Program).Assembly.Location);

    // A static classic member that comes back does not wait for its session to end. The session is long enough for a slow machine: one that ends just before the
    // coordinator is killed may leave the member with an id that nobody wrote down, and fenced.
    private protected override MemberOptions Mode(MemberOptions options) => protocol == GroupProtocol.Classic
        ? options with { Version = protocol.ToString(), Assignor = assignor, InstanceId = options.Name, SessionTimeoutMs = 30_000 }
        : options with { Version = protocol.ToString(), Assignor = assignor };
}
