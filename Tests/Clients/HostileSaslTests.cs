namespace NettyKafka.Tests.Clients;

/// <summary>Clients that do not say who they are, or not as they should.</summary>
public sealed class HostileSaslTests : SaslFixture
{
    const short Metadata = 3;
    const short SaslAuthenticate = 36;

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(300);

    protected override string[] Overrides => [.. base.Overrides, "connections.max.idle.ms=2000", "sasl.server.max.receive.size=1000"];

    [TestCase(Metadata, "unexpected Kafka request of type Metadata during SASL handshake")]
    [TestCase(SaslAuthenticate, "unexpected Kafka request of type SaslAuthenticate during SASL handshake")]
    public Task A_request_before_its_time_is_refused(short apiKey, string said) => RefusesAsync(RawConnection.Request(apiKey, 0), said);

    [Test]
    public Task A_large_token_is_refused_before_it_has_come() => RefusesAsync([0, 0, 0x3, 0xe9, 0, (byte)SaslAuthenticate], "1001 bytes");

    [Test]
    public async Task Who_only_talks_is_not_listened_to_for_ever()
    {
        using var connection = await RawConnection.OpenAsync(Broker);
        var requests = 0;

        while (requests < 30 && await connection.IsServedAsync())
        {
            requests++;
            await Task.Delay(pause);
        }

        Assert.That(requests, Is.InRange(1, 29));
        Assert.That(() => connection.Lines, Has.Some.Contains("it was not authenticated within 2000 ms").After(2000, 20));
    }

    async Task RefusesAsync(byte[] bytes, string said)
    {
        using var connection = await RawConnection.OpenAsync(Broker);

        await connection.SendAsync(bytes);

        Assert.That(await connection.ReceiveAsync(), Is.Empty);
        Assert.That(() => connection.Lines, Has.Count.EqualTo(1).After(5000, 20));
        Assert.That(connection.Lines.Single(), Does.Contain(said));
    }
}
