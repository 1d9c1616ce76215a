using System.Net;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Security.Quotas;

public sealed class ConnectionRateQuotasTests : IDisposable
{
    static readonly IPAddress one = IPAddress.Parse("10.0.0.1");
    static readonly IPAddress other = IPAddress.Parse("10.0.0.2");

    readonly TestBroker broker = new();

    ConnectionRateQuotas Quotas => broker.Broker.Quotas.ConnectionCreation;

    public void Dispose() => broker.Dispose();

    [Test]
    public void An_address_opens_so_many_connections_a_second_on_average()
    {
        broker.SetQuota("connection_creation_rate", 2, ("ip", "10.0.0.1"));

        Assert.That(Enumerable.Range(0, 30).Count(_ => Quotas.TryRecord(one, out var _)), Is.EqualTo(20), "ten seconds' worth");
        Quotas.TryRecord(one, out var throttleTimeMs);
        Assert.That(throttleTimeMs, Is.EqualTo(500));
        Assert.That(Enumerable.Range(0, 30).All(_ => Quotas.TryRecord(other, out var _)), "another has no quota");
        broker.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.That(Quotas.TryRecord(one, out _));
    }

    [Test]
    public void The_default_is_for_each_address_without_a_quota_of_its_own()
    {
        broker.SetQuota("connection_creation_rate", 1, ("ip", null));
        broker.SetQuota("connection_creation_rate", 5, ("ip", "10.0.0.2"));

        Assert.That(Enumerable.Range(0, 100).Count(_ => Quotas.TryRecord(one, out var _)), Is.EqualTo(10));
        Assert.That(Enumerable.Range(0, 100).Count(_ => Quotas.TryRecord(IPAddress.IPv6Loopback, out var _)), Is.EqualTo(10));
        Assert.That(Enumerable.Range(0, 100).Count(_ => Quotas.TryRecord(other, out var _)), Is.EqualTo(50));
    }

    [Test]
    public void An_address_that_comes_no_more_is_forgotten()
    {
        broker.SetQuota("connection_creation_rate", 1, ("ip", null));
        for (var i = 0; i < 100; i++)
            Quotas.TryRecord(new(i), out _);
        Assert.That(Quotas.Count, Is.EqualTo(100));

        broker.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(Quotas.Count, Is.Zero);
    }
}
