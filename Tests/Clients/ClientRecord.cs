using System.Text.Json;

namespace NettyKafka.Tests.Clients;

/// <summary>A record as every client sees it; as a line of JSON (bytes in base64) it goes to the scripts, comes back and is compared.</summary>
sealed record ClientRecord(int Partition, long Offset, long Timestamp, byte[]? Key, byte[]? Value, ClientHeader[] Headers)
{
    public static ClientRecord Parse(string line) => JsonSerializer.Deserialize<ClientRecord>(line, JsonSerializerOptions.Web)!;

    public override string ToString() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}

/// <summary>A header's value may be null; its name may repeat.</summary>
sealed record ClientHeader(string Name, byte[]? Value);
