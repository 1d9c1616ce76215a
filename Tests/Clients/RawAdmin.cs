using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace NettyKafka.Tests.Clients;

/// <summary>The admin requests that no client here can send: quotas, and the configs of client-metrics resources. Version 0 of each, byte by byte.</summary>
static class RawAdmin
{
    const short IncrementalAlterConfigs = 44;
    const short AlterClientQuotas = 49;
    const byte ClientMetrics = 16;
    const byte Set = 0;

    public static Task SetQuotaAsync(string bootstrapServers, string key, double value, string entityType, string? entityName) => SendAsync(
        bootstrapServers,
        AlterClientQuotas,
        [.. Int32(1), .. Int32(1), .. Text(entityType), .. Text(entityName), .. Int32(1), .. Text(key), .. Double(value), 0, 0],
        errorAt: 8);

    public static Task SubscribeAsync(string bootstrapServers, string name, params (string Name, string Value)[] configs) => SendAsync(
        bootstrapServers,
        IncrementalAlterConfigs,
        [.. Int32(1), ClientMetrics, .. Text(name), .. Int32(configs.Length), .. configs.SelectMany(config => (byte[])[.. Text(config.Name), Set, .. Text(config.Value)]), 0],
        errorAt: 8);

    static async Task SendAsync(string bootstrapServers, short apiKey, byte[] body, int errorAt)
    {
        var address = bootstrapServers.Split(':');
        using var client = new TcpClient(address[0], int.Parse(address[1]));
        byte[] request = [.. Int16(apiKey), .. Int16(0), .. Int32(7), .. Text("raw"), .. body];
        var stream = client.GetStream();
        await stream.WriteAsync((byte[])[.. Int32(request.Length), .. request]);

        var size = new byte[4];
        await stream.ReadExactlyAsync(size);
        var response = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(response);
        // Behind the correlation id: throttle time, the number of results, and the first one's error.
        Assert.That(BinaryPrimitives.ReadInt16BigEndian(response.AsSpan(4 + errorAt)), Is.Zero, () => Encoding.UTF8.GetString(response));
    }

    static byte[] Text(string? text) => text is null ? Int16(-1) : [.. Int16((short)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    static byte[] Int16(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Double(double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return bytes;
    }
}
