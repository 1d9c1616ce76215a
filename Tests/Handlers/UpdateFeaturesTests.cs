using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class UpdateFeaturesTests : IDisposable
{
    const sbyte Upgrade = 1;
    const sbyte SafeDowngrade = 2;
    const sbyte UnsafeDowngrade = 3;

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_finalises_another_level([Range(0, 2)] short version)
    {
        var update = version == 0 ? new UpdateFeaturesRequest.FeatureUpdateKey { AllowDowngrade = true } : new() { UpgradeType = SafeDowngrade };

        var response = Send(version, update with { Feature = Features.TransactionVersion, MaxVersionLevel = 1 });

        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.None, (string?)null)));
        Assert.That(response.Results.Select(result => (result.Feature, result.ErrorCode)), Is.EqualTo(version < 2 ? new[] { (Features.TransactionVersion, ErrorCode.None) } : []));
        Assert.That(Level(Features.TransactionVersion), Is.EqualTo(1));
    }

    [Test]
    public void Level_0_is_no_level_at_all()
    {
        Send(1, new() { Feature = Features.GroupVersion, MaxVersionLevel = 0, UpgradeType = SafeDowngrade });

        Assert.That(broker.Broker.Cluster.Image.Features.Keys, Has.No.Member(Features.GroupVersion));
        var finalized = broker.Connect().Send(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, 4).FinalizedFeatures;
        Assert.That(finalized.Select(feature => feature.Name), Has.No.Member(Features.GroupVersion));
    }

    [Test]
    public void All_updates_are_done_or_none()
    {
        var response = Send(
            1,
            new() { Feature = Features.TransactionVersion, MaxVersionLevel = 1, UpgradeType = SafeDowngrade },
            [new() { Feature = Features.GroupVersion, MaxVersionLevel = 9, UpgradeType = Upgrade }]);

        Assert.That((response.ErrorCode, response.Results.Count), Is.EqualTo((ErrorCode.InvalidUpdateVersion, 0)));
        Assert.That(response.ErrorMessage, Is.EqualTo("The update failed for all features since the following feature had an error: Invalid update version 9 for feature group.version. Local controller 1 only supports versions 0-1"));
        Assert.That(Level(Features.TransactionVersion), Is.EqualTo(2));
    }

    [Test]
    public void What_is_only_validated_is_not_done()
    {
        var request = new UpdateFeaturesRequest { ValidateOnly = true, FeatureUpdates = [new() { Feature = Features.TransactionVersion, MaxVersionLevel = 0, UpgradeType = SafeDowngrade }] };

        Assert.That(broker.Connect().Send(request, 1).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Level(Features.TransactionVersion), Is.EqualTo(2));
    }

    [TestCase("transaction.version", 1, Upgrade, "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.")]
    [TestCase("transaction.version", -1, SafeDowngrade, "A feature version cannot be less than 0.")]
    [TestCase("transaction.version", 1, 0, "The controller does not support the given upgrade type.")]
    [TestCase("transaction.version", 1, 4, "The controller does not support the given upgrade type.")]
    [TestCase("made.up", 1, Upgrade, "Local controller 1 does not support this feature.")]
    [TestCase("metadata.version", 5, SafeDowngrade, "Local controller 1 only supports versions 7-29")]
    [TestCase("metadata.version", 23, SafeDowngrade, "Refusing to perform the requested downgrade because it might delete metadata information.")]
    [TestCase("metadata.version", 23, UnsafeDowngrade, "Unsafe metadata downgrade is not supported in this version.")]
    public void A_level_that_cannot_be_is_refused(string feature, short level, sbyte type, string reason)
    {
        var before = broker.Broker.Cluster.Image.Features;

        var response = Send(1, new() { Feature = feature, MaxVersionLevel = level, UpgradeType = type });

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.InvalidUpdateVersion));
        Assert.That(response.ErrorMessage, Does.EndWith($"Invalid update version {level} for feature {feature}. {reason}"));
        Assert.That(broker.Broker.Cluster.Image.Features, Is.EqualTo(before));
    }

    [Test]
    public void A_metadata_version_goes_back_only_where_nothing_can_be_lost()
    {
        Assert.That(Features.IsSameMetadata(24, 25), Is.True);
        Assert.That(Features.IsSameMetadata(22, 24), Is.False);
        Assert.That(Features.IsSameMetadata(17, 22), Is.True);
    }

    [Test]
    public void A_newer_level_is_no_downgrade()
    {
        Send(1, new() { Feature = Features.TransactionVersion, MaxVersionLevel = 0, UpgradeType = SafeDowngrade });

        Assert.That(Send(1, new() { Feature = Features.TransactionVersion, MaxVersionLevel = 2, UpgradeType = SafeDowngrade }).ErrorMessage, Does.EndWith("Can't downgrade to a newer version."));
        Assert.That(Send(1, new() { Feature = Features.TransactionVersion, MaxVersionLevel = 2, UpgradeType = Upgrade }).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Level(Features.TransactionVersion), Is.EqualTo(2));
    }

    short Level(string feature) => broker.Broker.Cluster.Image.Features[feature];

    UpdateFeaturesResponse Send(short version, UpdateFeaturesRequest.FeatureUpdateKey first, params UpdateFeaturesRequest.FeatureUpdateKey[] others) =>
        broker.Connect().Send(new UpdateFeaturesRequest { FeatureUpdates = [first, .. others] }, version);
}
