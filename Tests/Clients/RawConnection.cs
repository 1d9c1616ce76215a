using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace NettyKafka.Tests.Clients;

/// <summary>A connection to a broker for what no client would send.</summary>
sealed class RawConnection : IDisposable
{
    public const short ApiVersions = 18;

    static readonly TimeSpan limit = TimeSpan.FromSeconds(10);

    readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly BrokerProcess broker;

    RawConnection(BrokerProcess broker) => this.broker = broker;

    /// <summary>What the broker's log says of this connection.</summary>
    public List<string> Lines => [.. broker.Log.Split('\n').Where(line => line.Contains($"{socket.LocalEndPoint} ", StringComparison.Ordinal))];

    public static async Task<RawConnection> OpenAsync(BrokerProcess broker)
    {
        var connection = new RawConnection(broker);
        await connection.socket.ConnectAsync("127.0.0.1", int.Parse(broker.BootstrapServers.Split(':')[1], CultureInfo.InvariantCulture));
        return connection;
    }

    public NetworkStream AsStream() => new(socket, ownsSocket: false);

    public async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes);

    /// <summary>The next bytes; none when the connection is closed.</summary>
    public async Task<byte[]> ReceiveAsync()
    {
        var bytes = new byte[4096];
        try
        {
            return bytes[..await socket.ReceiveAsync(bytes).WaitAsync(limit)];
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <summary>Whether an ordinary request is answered.</summary>
    public async Task<bool> IsServedAsync()
    {
        await SendAsync(Request(ApiVersions, 0));
        return (await ReceiveAsync()).Length > 0;
    }

    /// <summary>Sends the bytes one by one until they are sent or the connection is closed; returns how many could be sent.</summary>
    public async Task<int> TrickleAsync(byte[] bytes, TimeSpan pause)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            await Task.Delay(pause);
            if (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
                return i;
            await SendAsync([bytes[i]]);
        }

        return bytes.Length;
    }

    public void Dispose() => socket.Dispose();

    /// <summary>A request without a body.</summary>
    public static byte[] Request(short apiKey, short version)
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
