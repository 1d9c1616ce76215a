using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>The versions of APIs that a broker serves less than it could.</summary>
sealed class VersionCaps
{
    /// <summary>Null for an API that is not served at all.</summary>
    ImmutableDictionary<short, VersionRange?> caps = ImmutableDictionary<short, VersionRange?>.Empty;
    volatile bool hasNoFeatures;

    /// <exception cref="ArgumentException">No version would be left.</exception>
    public void Cap(string name, short min, short max)
    {
        var api = ApiNames.Find(name);
        if (min > max || Narrow(api.Versions, new(min, max)) is null)
            throw new ArgumentException($"{name} has versions {api.Versions}, of which {min} to {max} leave none.");
        ImmutableInterlocked.Update(ref caps, static (all, cap) => all.SetItem(cap.Key, cap.Range), (api.Key, Range: (VersionRange?)new VersionRange(min, max)));
    }

    /// <exception cref="ArgumentException">There is nothing known of the release.</exception>
    public void ActAs(string release)
    {
        var latest = KafkaReleases.LatestVersionsOf(release);
        caps = ApiKeys.All.ToImmutableDictionary(api => api.Key, api => latest.TryGetValue(api.Key, out var max) ? new VersionRange(0, max) : (VersionRange?)null);
        hasNoFeatures = true;
    }

    public void Clear()
    {
        caps = ImmutableDictionary<short, VersionRange?>.Empty;
        hasNoFeatures = false;
    }

    /// <summary>What is left of the versions of an API; null if nothing is.</summary>
    public VersionRange? Of(Api api, VersionRange versions) => !caps.TryGetValue(api.Key, out var cap) ? versions : cap is { } left ? Narrow(versions, left) : null;

    /// <summary>Tells clients of the versions that are left.</summary>
    public object? Narrow(object? response)
    {
        if (response is not ApiVersionsResponse { ErrorCode: ErrorCode.None } told || caps.IsEmpty)
            return response;
        told.ApiKeys = [.. told.ApiKeys.Select(Narrow).OfType<ApiVersionsResponse.ApiVersion>()];
        if (hasNoFeatures)
            (told.SupportedFeatures, told.FinalizedFeatures, told.FinalizedFeaturesEpoch) = ([], [], -1);
        return response;
    }

    ApiVersionsResponse.ApiVersion? Narrow(ApiVersionsResponse.ApiVersion told) =>
        Of(ApiKeys.Find(told.ApiKey)!, new(told.MinVersion, told.MaxVersion)) is { } left ? told with { MinVersion = left.Min, MaxVersion = left.Max } : null;

    static VersionRange? Narrow(VersionRange versions, VersionRange cap)
    {
        var (min, max) = (Math.Max(versions.Min, cap.Min), Math.Min(versions.Max, cap.Max));
        return min <= max ? new(min, max) : null;
    }
}
