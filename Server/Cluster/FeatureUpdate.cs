using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>What finalising a feature at another level means: the record that does it, or Kafka's error. Pure.</summary>
public sealed class FeatureUpdate(ClusterImage image, int controllerId)
{
    /// <summary>The ways to change a level; the numbers are the protocol's.</summary>
    public enum UpgradeType : sbyte
    {
        Unknown = 0,
        Upgrade = 1,
        SafeDowngrade = 2,
        UnsafeDowngrade = 3,
    }

    public (ApiError Error, MetadataRecord? Record) Update(string name, short level, UpgradeType type)
    {
        var current = image.Features.GetValueOrDefault(name);
        if (Refusal(name, current, level, type) is { } reason)
            return (new(ErrorCode.InvalidUpdateVersion, $"Invalid update version {level} for feature {name}. {reason}"), null);
        return (ApiError.None, MetadataRecord.Of(new FeatureLevelRecord { Name = name, FeatureLevel = level }));
    }

    string? Refusal(string name, short current, short level, UpgradeType type)
    {
        if (!Enum.IsDefined(type) || type == UpgradeType.Unknown)
            return "The controller does not support the given upgrade type.";
        if (level < 0)
            return "A feature version cannot be less than 0.";
        if (!Features.Supported.TryGetValue(name, out var served))
            return $"Local controller {controllerId} does not support this feature.";
        if (!served.Contains(level))
            return $"Local controller {controllerId} only supports versions {served.Min}-{served.Max}";
        if (level < current && type == UpgradeType.Upgrade)
            return "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.";
        if (level > current && type != UpgradeType.Upgrade)
            return "Can't downgrade to a newer version.";
        return name == Features.MetadataVersion && level < current && !Features.IsSameMetadata(level, current) ? LossOfMetadata(type) : null;
    }

    static string LossOfMetadata(UpgradeType type) => type == UpgradeType.UnsafeDowngrade
        ? "Unsafe metadata downgrade is not supported in this version."
        : "Refusing to perform the requested downgrade because it might delete metadata information.";
}
