using System.Text.Json;

namespace NettyKafka.Tests.Clients;

/// <summary>What a member tells, a line of JSON each: assigned or revoked partitions, a record that it consumed, offsets that it committed, an error.</summary>
sealed record MemberEvent(string Event)
{
    public int[] Partitions { get; init; } = [];

    public int Partition { get; init; }

    public long Offset { get; init; }

    public Dictionary<int, long> Offsets { get; init; } = [];

    public string? Message { get; init; }

    public static MemberEvent? Parse(string line) => line.StartsWith("{\"event\"", StringComparison.Ordinal) ? JsonSerializer.Deserialize<MemberEvent>(line, JsonSerializerOptions.Web) : null;
}

/// <summary>How a member joins: by which assignor, as which instance, and in which version of the protocol, where the client lets one choose.</summary>
sealed record MemberOptions(string BootstrapServers, string Topic, string GroupId, string Name)
{
    public string? Assignor { get; init; }

    /// <summary>The group protocol, of a client that has both.</summary>
    public string? Protocol { get; init; }

    public string? InstanceId { get; init; }

    public string? Version { get; init; }

    /// <summary>The topic to which a member writes what it has transformed.</summary>
    public string? Output { get; init; }

    /// <summary>The shortest that a broker allows by default, where a member chooses it.</summary>
    public int SessionTimeoutMs { get; init; } = 6_000;
}
