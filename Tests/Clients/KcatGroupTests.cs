using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NettyKafka.Tests.Clients;

/// <summary>
/// Groups of kcat, in the newest protocol that it knows and in an old one. kcat ends when no broker is up, and forgets to tell a record that comes in the moment of
/// its SIGTERM: so the broker restarts without it, and it leaves when there is nothing to consume.
/// </summary>
[TestFixture(null)]
[TestFixture("0.9.0")]
[Platform(Exclude = "Win", Reason = "There is no SIGTERM that makes kcat leave.")]
public sealed class KcatGroupTests(string? version) : GroupFixture
{
    protected override Task RequireClientAsync() => Programs.Require("kcat", "kcat", "-V");

    [Test]
    public async Task Members_share_all_partitions_when_one_joins_one_is_killed_and_the_broker_restarts()
    {
        await using var group = await MemberGroup.CreateAsync(Broker, new Kcat(), options => options with { Version = version });
        group.Join("first");
        var second = group.Join("second");
        await group.IsSharedAsync();
        group.Join("third");
        await group.IsSharedAsync();
        await group.KillAsync(second);
        await group.IsSharedAsync();
        await group.ConsumesAllAsync();
        await group.LeaveAllAsync();
        var (produced, repeated) = (group.Ledger.ProducedCount, group.Ledger.Repeated.Count);
        Assert.That((await group.CommittedAsync()).Values.Sum(), Is.EqualTo(produced));

        await Broker.KillAndRestartAsync();
        group.Join("later");
        group.Produce();
        await group.IsSharedAsync();
        await group.ConsumesAllAsync();

        Assert.That(group.Ledger.ProducedCount, Is.GreaterThan(produced));
        Assert.That(group.Ledger.Repeated, Has.Count.EqualTo(repeated), group.ToString);
    }

    /// <summary>kcat -G tells records on its output and assignments among its errors, and commits what it has told by itself, without a word.</summary>
    sealed class Kcat() : MemberProgram("kcat")
    {
        public override ProcessStartInfo Command(MemberOptions options) => Start(
        [
            "-b", options.BootstrapServers, "-G", options.GroupId, "-u", "-f", "%p %o\\n",
            .. Settings(options).SelectMany(setting => new[] { "-X", setting }),
            options.Topic,
        ]);

        public override MemberEvent? ReadOutput(string line) =>
            Regex.Match(line, @"^(\d+) (\d+)$") is { Success: true } record ? new("record") { Partition = Number(record.Groups[1]), Offset = Number(record.Groups[2]) } : null;

        public override MemberEvent? ReadError(string line) => Regex.Match(line, @"^% Group \S+ rebalanced \(memberid \S*\): (assigned|revoked): (.*)$") is { Success: true } rebalance
            ? new(rebalance.Groups[1].Value) { Partitions = [.. Regex.Matches(rebalance.Groups[2].Value, @"\[(\d+)\]").Select(partition => Number(partition.Groups[1]))] }
            : null;

        public override void AskToLeave(Process process) => Signals.Terminate(process);

        static string[] Settings(MemberOptions options)
        {
            string[] settings =
            [
                $"client.id={options.Name}", $"session.timeout.ms={options.SessionTimeoutMs}", "heartbeat.interval.ms=300",
                "auto.offset.reset=earliest", "auto.commit.interval.ms=100", "reconnect.backoff.max.ms=200",
            ];
            return options.Version is null ? settings : [.. settings, "api.version.request=false", $"broker.version.fallback={options.Version}"];
        }

        static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
    }
}
