using System.Net;
using NettyKafka.Server.Network;

namespace NettyKafka.Tests.Network;

public sealed class ConnectionLimitsTests
{
    static readonly IPAddress here = IPAddress.Parse("127.0.0.1");
    static readonly IPAddress there = IPAddress.Parse("127.0.0.2");

    [Test]
    public void No_more_than_max_connections_are_open()
    {
        var limits = new ConnectionLimits(2, int.MaxValue);
        Assert.That(limits.TryOpen(here, out _, out _));
        Assert.That(limits.TryOpen(there, out _, out _));

        Assert.That(limits.TryOpen(here, out var limit, out var value), Is.False);

        Assert.That((limit, value), Is.EqualTo(("max.connections", 2)));
    }

    [Test]
    public void No_more_than_max_connections_per_ip_are_open_from_one_address()
    {
        var limits = new ConnectionLimits(10, 1);
        Assert.That(limits.TryOpen(here, out _, out _));

        Assert.That(limits.TryOpen(here, out var limit, out _), Is.False);

        Assert.That(limit, Is.EqualTo("max.connections.per.ip"));
        Assert.That(limits.TryOpen(there, out _, out _));
    }

    [Test]
    public void An_address_can_have_a_limit_of_its_own()
    {
        var limits = new ConnectionLimits(10, 1, overrides: new Dictionary<string, int> { ["127.0.0.2"] = 2 });
        limits.TryOpen(there, out _, out _);

        Assert.That(limits.TryOpen(there, out _, out _));
        Assert.That(limits.TryOpen(there, out _, out var value), Is.False);
        Assert.That(value, Is.EqualTo(2));
    }

    [Test]
    public void A_closed_connection_makes_room()
    {
        var limits = new ConnectionLimits(1, 1);
        limits.TryOpen(here, out _, out _);

        limits.Close(here);

        Assert.That(limits.TryOpen(here, out _, out _));
    }

    [Test]
    public void The_total_stays_below_the_limit_of_open_files() => Assert.That(new ConnectionLimits(int.MaxValue, 1, maxOpenFiles: 1024).MaxConnections, Is.EqualTo(960));
}
