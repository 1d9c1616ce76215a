using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>The versions of APIs that a broker serves less than it could.</summary>
sealed class VersionCaps
{
    ImmutableDictionary<short, VersionRange> caps = ImmutableDictionary<short, VersionRange>.Empty;

    /// <exception cref="ArgumentException">No version would be left.</exception>
    public void Cap(string name, short min, short max)
    {
        var api = ApiNames.Find(name);
        if (min > max || Narrow(api.Versions, new(min, max)) is null)
            throw new ArgumentException($"{name} has versions {api.Versions}, of which {min} to {max} leave none.");
        ImmutableInterlocked.Update(ref caps, static (all, cap) => all.SetItem(cap.Key, cap.Range), (api.Key, Range: new VersionRange(min, max)));
    }

    public void Clear() => caps = ImmutableDictionary<short, VersionRange>.Empty;

    /// <summary>What is left of the versions of an API; null if nothing is.</summary>
    public VersionRange? Of(Api api, VersionRange versions) => caps.TryGetValue(api.Key, out var cap) ? Narrow(versions, cap) : versions;

    /// <summary>Tells clients of the versions that are left.</summary>
    public object? Narrow(object? response)
    {
        if (response is ApiVersionsResponse { ErrorCode: ErrorCode.None } told && !caps.IsEmpty)
            told.ApiKeys = [.. told.ApiKeys.Select(Narrow).OfType<ApiVersionsResponse.ApiVersion>()];
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
