namespace NettyKafka.Codec.Wire;

/// <summary>What the protocol knows of one API; versions that are not final are missing from <paramref name="StableVersions"/>.</summary>
public sealed record Api(short Key, string Name, VersionRange Versions, VersionRange StableVersions, short FlexibleFrom)
{
    const short ApiVersionsKey = 18;

    public bool IsFlexible(short version) => version >= FlexibleFrom;

    public short RequestHeaderVersion(short version) => (short)(IsFlexible(version) ? 2 : 1);

    /// <summary>ApiVersions is always answered with the oldest header: its client does not know yet what the broker speaks.</summary>
    public short ResponseHeaderVersion(short version) => (short)(IsFlexible(version) && Key != ApiVersionsKey ? 1 : 0);

    /// <summary>An array in which each API stands at its key.</summary>
    internal static Api?[] IndexByKey(IReadOnlyList<Api> apis)
    {
        var byKey = new Api?[apis.Max(api => api.Key) + 1];
        foreach (var api in apis)
            byKey[api.Key] = api;
        return byKey;
    }
}
