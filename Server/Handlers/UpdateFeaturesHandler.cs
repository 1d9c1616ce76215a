using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>UpdateFeatures v0-2 (KIP-584, KIP-1022): all updates of a request or none. Rights: ALTER on the cluster.</summary>
public sealed class UpdateFeaturesHandler(FeatureControl features) : IHandler<UpdateFeaturesRequest, UpdateFeaturesResponse>
{
    const short FirstVersionWithUpgradeType = 1;
    const short LastVersionWithResults = 1;

    public async ValueTask<UpdateFeaturesResponse?> HandleAsync(UpdateFeaturesRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
            return new() { ErrorCode = ErrorCode.ClusterAuthorizationFailed, ErrorMessage = "Cluster authorization failed." };

        var updates = request.FeatureUpdates.ConvertAll(update => (update.Feature, update.MaxVersionLevel, TypeOf(update, context.ApiVersion)));
        var error = await features.UpdateFeaturesAsync(updates, request.ValidateOnly);
        if (!error.IsNone)
            return new() { ErrorCode = error.Code, ErrorMessage = $"The update failed for all features since the following feature had an error: {error.Message}" };
        return new()
        {
            ErrorMessage = null,
            Results = context.ApiVersion <= LastVersionWithResults
                ? request.FeatureUpdates.ConvertAll(update => new UpdateFeaturesResponse.UpdatableFeatureResult { Feature = update.Feature })
                : [],
        };
    }

    static FeatureUpdate.UpgradeType TypeOf(UpdateFeaturesRequest.FeatureUpdateKey update, short version) => version >= FirstVersionWithUpgradeType
        ? (FeatureUpdate.UpgradeType)update.UpgradeType
        : update.AllowDowngrade ? FeatureUpdate.UpgradeType.SafeDowngrade : FeatureUpdate.UpgradeType.Upgrade;
}
