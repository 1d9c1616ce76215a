using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Server.Config;
using NettyKafka.Server.Network;

namespace NettyKafka.Tests.Network;

public sealed class ConnectionLimitsTests
{
    const string Listener = "PLAINTEXT";

    static readonly IPAddress here = IPAddress.Parse("127.0.0.1");
    static readonly IPAddress there = IPAddress.Parse("127.0.0.2");

    readonly FakeTimeProvider time = new();

    [Test]
    public void No_more_than_max_connections_are_open()
    {
        var limits = Limits(("max.connections", "2"));

        AssertOpens(limits, here);
        AssertOpens(limits, there);

        AssertRefuses(limits, here, "max.connections", 2);
    }

    [Test]
    public void No_more_than_max_connections_per_ip_are_open_from_one_address()
    {
        var limits = Limits(("max.connections.per.ip", "1"));

        AssertOpens(limits, here);

        AssertRefuses(limits, here, "max.connections.per.ip", 1);
        AssertOpens(limits, there);
    }

    [TestCase("127.0.0.2:2", "127.0.0.2")]
    [TestCase("[::0002]:2", "::2")]
    public void An_address_can_have_a_limit_of_its_own(string overrides, string address)
    {
        var limits = Limits(("max.connections.per.ip", "1"), ("max.connections.per.ip.overrides", overrides));

        AssertOpens(limits, IPAddress.Parse(address));
        AssertOpens(limits, IPAddress.Parse(address));

        AssertRefuses(limits, IPAddress.Parse(address), "max.connections.per.ip", 2);
    }

    [Test]
    public void A_listener_can_have_a_limit_of_its_own()
    {
        var limits = Limits(("listener.name.plaintext.max.connections", "1"));

        AssertOpens(limits, here);

        AssertRefuses(limits, here, "listener.name.plaintext.max.connections", 1);
        Assert.That(limits.TryOpen("OTHER", here, out _, out _));
    }

    [Test]
    public void The_listener_between_brokers_is_not_shut_by_others()
    {
        var limits = Limits(("max.connections", "1"), ("listeners", "PLAINTEXT://:9092,B://:9093"), ("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,B:PLAINTEXT"), ("inter.broker.listener.name", "B"));

        AssertOpens(limits, here);

        AssertRefuses(limits, here, "max.connections", 1);
        Assert.That(limits.TryOpen("B", here, out _, out _));
    }

    [Test]
    public void A_closed_connection_makes_room()
    {
        var limits = Limits(("max.connections", "1"));
        AssertOpens(limits, here);

        limits.Close(Listener, here);

        AssertOpens(limits, here);
    }

    [Test]
    public void The_total_stays_below_the_limit_of_open_files() => Assert.That(new ConnectionLimits(Config(), time, maxOpenFiles: 1024).MostConnections, Is.EqualTo(960));

    [Test]
    public async Task A_changed_limit_holds_at_once()
    {
        var config = Config(("max.connections", "1"));
        var limits = new ConnectionLimits(config, time);
        AssertOpens(limits, here);

        await config.ReconfigureAsync(config.Current.WithDynamic(
            new Dictionary<string, string> { ["max.connections"] = "5", ["listener.name.plaintext.max.connections"] = "2" }, new Dictionary<string, string>()));

        AssertOpens(limits, here);
        AssertRefuses(limits, here, "listener.name.plaintext.max.connections", 2);
    }

    [Test]
    public void Connections_above_the_rate_wait_for_their_turn()
    {
        var limits = Limits(("max.connection.creation.rate", "2"));
        var ofWindow = Enumerable.Range(0, 20).Select(_ => limits.DelayOf(Listener)).ToList();

        Assert.That(ofWindow, Is.All.EqualTo(TimeSpan.Zero), "those of ten seconds can come at once");
        Assert.That(limits.DelayOf(Listener), Is.EqualTo(TimeSpan.FromSeconds(0.5)));
        Assert.That(limits.DelayOf("OTHER"), Is.EqualTo(TimeSpan.FromSeconds(1)), "the broker's rate is that of all listeners");
        time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.That(limits.DelayOf(Listener), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_listener_can_have_a_rate_of_its_own()
    {
        var limits = Limits(("listener.name.plaintext.max.connection.creation.rate", "1"));
        for (var i = 0; i < 10; i++)
            limits.DelayOf(Listener);

        Assert.That(limits.DelayOf(Listener), Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(limits.DelayOf("OTHER"), Is.EqualTo(TimeSpan.Zero));
    }

    ConnectionLimits Limits(params (string Name, string Value)[] settings) => new(Config(settings), time);

    static DynamicBrokerConfig Config(params (string Name, string Value)[] settings) =>
        new(BrokerConfig.Create(settings.ToDictionary(setting => setting.Name, setting => setting.Value)), NullLogger.Instance);

    static void AssertOpens(ConnectionLimits limits, IPAddress address) => Assert.That(limits.TryOpen(Listener, address, out var limit, out _), limit);

    static void AssertRefuses(ConnectionLimits limits, IPAddress address, string name, int value)
    {
        Assert.That(limits.TryOpen(Listener, address, out var limit, out var found), Is.False);
        Assert.That((limit, found), Is.EqualTo((name, value)));
    }
}
