using System.Globalization;

namespace NettyKafka.Tests.Clients;

/// <summary>
/// What holds for consume, transform, produce with any client: whatever is killed, and when, each input is transformed exactly once. The environment variable KILLS
/// makes a longer run of it.
/// </summary>
public abstract class TransformerTests : TransactionFixture
{
    static readonly int kills = int.Parse(Environment.GetEnvironmentVariable("KILLS") ?? "2", CultureInfo.InvariantCulture);

    private protected abstract MemberProgram Transformer { get; }

    /// <summary>How the members of this fixture join.</summary>
    private protected virtual MemberOptions Mode(MemberOptions options) => options;

    [Test]
    public async Task Every_record_is_transformed_exactly_once_though_broker_and_transformers_are_killed()
    {
        await using var group = await MemberGroup.CreateAsync(Broker, Transformer, options => Mode(options with { Output = Output(options.Topic) }));
        await Client.CreateTopicAsync(MemberGroup.Partitions, name: Output(group.Topic));
        await using var ledger = new TransactionLedger(Client, group.Topic, Output(group.Topic), MemberGroup.Partitions);
        var members = new[] { group.Join("first"), group.Join("second") };
        await group.IsSharedAsync();

        for (var kill = 0; kill < kills; kill++)
        {
            await group.GoesOnAsync();
            await Broker.KillAndRestartAsync();
            await group.GoesOnAsync();
            var name = members[kill % 2].Name;
            await group.KillAsync(members[kill % 2]);
            members[kill % 2] = group.Join(name);
        }
        await group.ConsumesAllAsync();
        await ledger.IsExactlyOnceAsync();
        await group.LeaveAllAsync();

        await Broker.KillAndRestartAsync();
        await ledger.IsExactlyOnceAsync();
        Assert.That((await group.CommittedAsync()).Values.Sum(), Is.EqualTo(ledger.Seen.Count));
    }

    static string Output(string topic) => $"{topic}-output";
}
