using System.Text.RegularExpressions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// ApiVersions v0-5. Tells clients what the table of APIs holds, and which features are finalised: clients switch to newer protocols by them. Up to version 3
/// supported features whose least level is 0 are left out, since older clients fail to parse them.
/// </summary>
public sealed partial class ApiVersionsHandler(Func<IEnumerable<(short Key, VersionRange Versions)>> advertised, ClusterMetadata cluster)
    : IHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    const short FirstVersionWithSoftwareName = 3;
    const short FirstVersionWithFeaturesFromZero = 4;
    const int NoNode = -1;

    public ValueTask<ApiVersionsResponse?> HandleAsync(ApiVersionsRequest request, RequestContext context) => new(Answer(request, context));

    ApiVersionsResponse Answer(ApiVersionsRequest request, RequestContext context)
    {
        if (context.ApiVersion >= FirstVersionWithSoftwareName)
        {
            if (!SoftwarePattern.IsMatch(request.ClientSoftwareName) || !SoftwarePattern.IsMatch(request.ClientSoftwareVersion))
                return Failed(ErrorCode.InvalidRequest);
            context.Connection.ClientSoftwareName = request.ClientSoftwareName;
            context.Connection.ClientSoftwareVersion = request.ClientSoftwareVersion;
        }

        if (request.ClusterId is null != (request.NodeId == NoNode))
            return Failed(ErrorCode.InvalidRequest);
        if (request.ClusterId is not null && (request.ClusterId != cluster.ClusterId || request.NodeId != context.Node.Id))
            return Failed(ErrorCode.RebootstrapRequired);

        var image = cluster.Image;
        return new()
        {
            ApiKeys = AdvertisedApis(),
            SupportedFeatures = Supported(context.ApiVersion),
            FinalizedFeaturesEpoch = image.Offset,
            FinalizedFeatures =
            [
                // A directory that Kafka wrote may have finalised what is not served here; clients would rely on it.
                .. image.Features.Where(feature => Features.Supported.ContainsKey(feature.Key)).Select(feature => new ApiVersionsResponse.FinalizedFeatureKey
                {
                    Name = feature.Key,
                    MinVersionLevel = feature.Value,
                    MaxVersionLevel = feature.Value,
                }),
            ],
        };
    }

    List<ApiVersionsResponse.ApiVersion> AdvertisedApis() =>
        [.. advertised().Select(api => new ApiVersionsResponse.ApiVersion { ApiKey = api.Key, MinVersion = api.Versions.Min, MaxVersion = api.Versions.Max })];

    static List<ApiVersionsResponse.SupportedFeatureKey> Supported(short version)
    {
        var features = new List<ApiVersionsResponse.SupportedFeatureKey>(Features.Supported.Count);
        foreach (var (name, levels) in Features.Supported)
        {
            if (levels.Min > 0 || version >= FirstVersionWithFeaturesFromZero)
                features.Add(new() { Name = name, MinVersion = levels.Min, MaxVersion = levels.Max });
        }

        return features;
    }

    static ApiVersionsResponse Failed(ErrorCode error) => new() { ErrorCode = error };

    [GeneratedRegex("^[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?\\z")]
    static partial Regex SoftwarePattern { get; }
}
