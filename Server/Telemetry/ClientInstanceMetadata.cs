using System.Globalization;
using System.Net;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Telemetry;

/// <summary>What is known of a client instance when its first request comes; subscriptions select clients by it.</summary>
public sealed record ClientInstanceMetadata(Uuid ClientInstanceId, string? ClientId, string SoftwareName, string SoftwareVersion, IPEndPoint Source)
{
    /// <summary>The value of a selector; null for one that there is not.</summary>
    public string? Find(string selector) => selector switch
    {
        "client_instance_id" => ClientInstanceId.ToString(),
        "client_id" => ClientId,
        "client_software_name" => SoftwareName,
        "client_software_version" => SoftwareVersion,
        "client_source_address" => Source.Address.ToString(),
        "client_source_port" => Source.Port.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
