using System.Buffers.Binary;
using System.Net.Sockets;
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
    public Task An_unknown_api_key_is_closed() => ClosesAsync(Frame(999, 0), "API key 999");

    [Test]
    public Task An_unsupported_version_is_closed() => ClosesAsync(Frame(3, 99), "Metadata");

    [Test]
    public async Task An_unknown_version_of_ApiVersions_is_answered()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Frame(18, 99));

        var answer = new byte[20];
        await socket.ReceiveAsync(answer);

        Assert.That(BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(8)), Is.EqualTo(35), "UNSUPPORTED_VERSION");
    }

    async Task ClosesAsync(byte[] bytes, string said)
    {
        using var bystander = await ConnectAsync();
        using var socket = await ConnectAsync();
        var client = socket.LocalEndPoint!.ToString()!;

        await socket.SendAsync(bytes);

        Assert.That(await ReceiveAsync(socket), Is.Zero, "the connection is closed without an answer");
        Assert.That(() => LinesAbout(client), Has.Count.EqualTo(1).After(5000, 20));
        Assert.That(LinesAbout(client).Single(), Does.Contain(said));
        await bystander.SendAsync(Frame(18, 0));
        Assert.That(await ReceiveAsync(bystander), Is.GreaterThan(0), "another connection goes on");
    }

    List<string> LinesAbout(string client) => [.. Broker.Log.Split('\n').Where(line => line.Contains(client, StringComparison.Ordinal))];

    async Task<Socket> ConnectAsync()
    {
        var address = Broker.BootstrapServers.Split(':');
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", int.Parse(address[1], System.Globalization.CultureInfo.InvariantCulture));
        return socket;
    }

    static async Task<int> ReceiveAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[4096]).WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    static byte[] Frame(short apiKey, short version)
    {
        // The byte behind the client id is the empty tag section of flexible headers; others take it for a byte too many.
        var frame = new byte[15];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), apiKey);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(6), version);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(12), -1);
        return frame;
    }
}
