using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Clients that make TLS dear: handshakes that do not end, and many that do.</summary>
public sealed class HostileTlsTests : TlsFixture
{
    /// <summary>The begin of a handshake record of 512 bytes with a ClientHello.</summary>
    static readonly byte[] beginOfHello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];

    protected override string[] Overrides => [.. base.Overrides, "connections.max.idle.ms=3000"];

    [Test]
    public async Task A_handshake_that_comes_byte_by_byte_is_not_waited_for()
    {
        using var connection = await RawConnection.OpenAsync(Broker);

        var sent = await connection.TrickleAsync([.. beginOfHello, .. new byte[400]], TimeSpan.FromMilliseconds(50));

        Assert.That(sent, Is.LessThan(200), "bytes in ten seconds");
        Assert.That(() => connection.Lines, Has.Some.Contains("it was not authenticated within 3000 ms").After(2000, 20));
    }

    [Test]
    public async Task Bytes_that_are_not_TLS_are_told_apart()
    {
        using var connection = await RawConnection.OpenAsync(Broker);

        await connection.SendAsync(RawConnection.Request(RawConnection.ApiVersions, 0));

        Assert.That(await connection.ReceiveAsync(), Is.Empty);
        Assert.That(() => connection.Lines, Has.Count.EqualTo(1).After(2000, 20));
        Assert.That(connection.Lines.Single(), Does.Contain("the client does not speak TLS"));
    }

    [Test]
    public async Task A_flood_of_handshakes_lets_others_produce()
    {
        var before = Broker.MemoryBytes;
        var unfinished = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => BeginHandshakeAsync()));
        var finished = Task.WhenAll(Enumerable.Range(0, 300).Select(_ => HandshakeAsync()));

        using (var producer = new ProducerBuilder<Null, string>(Configure(new ProducerConfig(), withCertificate: true)).Build())
            await producer.ProduceAsync("flooded", new() { Value = "through" }).WaitAsync(TimeSpan.FromSeconds(10));

        await finished;
        Assert.That((Broker.MemoryBytes - before) / 1_000_000, Is.LessThan(200), "megabytes for 600 connections");
        Assert.That(await unfinished[0].ReceiveAsync(), Is.Empty, "it is closed");
        Array.ForEach(unfinished, connection => connection.Dispose());
    }

    async Task<RawConnection> BeginHandshakeAsync()
    {
        var connection = await RawConnection.OpenAsync(Broker);
        await connection.SendAsync(beginOfHello);
        return connection;
    }

    [SuppressMessage("Security", "CA5359", Justification = "What the client thinks of the certificate is not what this test is about.")]
    async Task HandshakeAsync()
    {
        using var connection = await RawConnection.OpenAsync(Broker);
        await using var tls = new SslStream(connection.AsStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
    }
}
