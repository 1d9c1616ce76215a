using DotNetty.Transport.Channels.Embedded;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Server.Config;
using NettyKafka.Server.Network;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Network;

public sealed class OpenConnectionsTests : IDisposable
{
    readonly FakeTimeProvider time = new();
    readonly TestLogger logger = new();
    readonly EmbeddedChannel channel = new();
    OpenConnections? connections;

    public void Dispose()
    {
        connections?.StopSweep();
        channel.CloseAsync();
    }

    [Test]
    public void An_idle_connection_is_closed()
    {
        Open(SecurityProtocol.Plaintext, TimeSpan.FromMinutes(10));

        Pass(TimeSpan.FromMinutes(9));
        Assert.That(channel.Open);
        Pass(TimeSpan.FromMinutes(2));

        Assert.That(channel.Open, Is.False);
        Assert.That(logger.Messages.Single(), Does.StartWith("Closing the idle connection"));
    }

    [Test]
    public void A_connection_with_requests_is_not_idle()
    {
        var connection = Open(SecurityProtocol.Plaintext, TimeSpan.FromMinutes(10));

        for (var i = 0; i < 5; i++)
        {
            Pass(TimeSpan.FromMinutes(9));
            connection.Touch();
        }

        Assert.That(channel.Open);
    }

    [TestCase(SecurityProtocol.Ssl)]
    [TestCase(SecurityProtocol.SaslSsl)]
    public void A_handshake_that_does_not_end_is_closed_whatever_the_client_sends(SecurityProtocol protocol)
    {
        var connection = Open(protocol, TimeSpan.FromMinutes(10));

        for (var i = 0; i < 29; i++)
        {
            Pass(TimeSpan.FromSeconds(1));
            connection.Touch();
        }

        Assert.That(channel.Open);
        Pass(TimeSpan.FromSeconds(4));

        Assert.That(channel.Open, Is.False);
        Assert.That(logger.Messages.Single(), Does.EndWith("it was not authenticated within 30000 ms"));
    }

    [Test]
    public void A_handshake_takes_no_longer_than_a_connection_may_be_idle()
    {
        var connection = Open(SecurityProtocol.Ssl, TimeSpan.FromSeconds(5));

        for (var i = 0; i < 7; i++)
        {
            Pass(TimeSpan.FromSeconds(1));
            connection.Touch();
        }

        Assert.That(channel.Open, Is.False);
        Assert.That(logger.Messages.Single(), Does.EndWith("it was not authenticated within 5000 ms"));
    }

    [Test]
    public void After_the_handshake_a_connection_may_be_idle()
    {
        var connection = Open(SecurityProtocol.Ssl, TimeSpan.FromMinutes(10));
        connection.CompleteHandshake();

        Pass(TimeSpan.FromMinutes(9));

        Assert.That(channel.Open);
    }

    [Test]
    public void Without_a_limit_of_idleness_a_handshake_has_one_still()
    {
        Open(SecurityProtocol.Ssl, TimeSpan.Zero);

        Pass(TimeSpan.FromSeconds(33));

        Assert.That(channel.Open, Is.False);
    }

    Connection Open(SecurityProtocol protocol, TimeSpan maxIdle)
    {
        connections = new(maxIdle, time, logger);
        connections.StartSweep();
        var connection = new Connection(channel, TestConnection.TestNode(), new("L", protocol, "", 9092), new(-1), time, null);
        connections.Add(connection, new(new(), connection, logger));
        return connection;
    }

    /// <summary>In steps, as the sweep's timer sees it.</summary>
    void Pass(TimeSpan duration)
    {
        for (var passed = TimeSpan.Zero; passed < duration; passed += TimeSpan.FromSeconds(1))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            channel.RunPendingTasks();
        }
    }
}
