using System.Buffers.Binary;
using System.Text;

namespace NettyKafka.Tests.Clients;

/// <summary>What a port on a network hears: each such connection is closed, said in one line that names the client, and disturbs nobody else.</summary>
public sealed class BadInputTests : BrokerFixture
{
    [Test]
    public Task An_http_request_is_closed() => ClosesAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), "'GET '");

    [Test]
    public Task A_tls_handshake_on_a_plain_port_is_closed() => ClosesAsync([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03], "TLS");

    [Test]
    public Task A_frame_above_socket_request_max_bytes_is_closed() => ClosesAsync([0x7f, 0, 0, 0], "2130706432 bytes");

    [Test]
    public Task A_negative_size_is_closed() => ClosesAsync([0xff, 0xff, 0xff, 0xff], "-1 bytes");

    [Test]
    public Task An_unknown_api_key_is_closed() => ClosesAsync(RawConnection.Request(999, 0), "API key 999");

    [Test]
    public Task An_unsupported_version_is_closed() => ClosesAsync(RawConnection.Request(3, 99), "Metadata");

    [Test]
    public async Task An_unknown_version_of_ApiVersions_is_answered()
    {
        using var connection = await RawConnection.OpenAsync(Broker);
        await connection.SendAsync(RawConnection.Request(RawConnection.ApiVersions, 99));

        Assert.That(BinaryPrimitives.ReadInt16BigEndian((await connection.ReceiveAsync()).AsSpan(8)), Is.EqualTo(35), "UNSUPPORTED_VERSION");
    }

    async Task ClosesAsync(byte[] bytes, string said)
    {
        using var bystander = await RawConnection.OpenAsync(Broker);
        using var connection = await RawConnection.OpenAsync(Broker);

        await connection.SendAsync(bytes);

        Assert.That(await connection.ReceiveAsync(), Is.Empty, "the connection is closed without an answer");
        Assert.That(() => connection.Lines, Has.Count.EqualTo(1).After(5000, 20));
        Assert.That(connection.Lines.Single(), Does.Contain(said));
        Assert.That(await bystander.IsServedAsync(), "another connection goes on");
    }
}
