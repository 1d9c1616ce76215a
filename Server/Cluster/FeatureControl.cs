using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>The levels at which features are finalised, as administrators change them.</summary>
public sealed class FeatureControl(ClusterMetadata cluster)
{
    /// <summary>Finalises all of them, or none and tells the first error.</summary>
    public async Task<ApiError> UpdateFeaturesAsync(IReadOnlyList<(string Name, short Level, FeatureUpdate.UpgradeType Type)> updates, bool validateOnly)
    {
        var (error, planned) = await cluster.ChangeAsync<ApiError>(image =>
        {
            List<MetadataRecord> records = [];
            foreach (var (name, level, type) in updates)
            {
                var (failure, record) = new FeatureUpdate(image, cluster.ControllerId).Update(name, level, type);
                if (!failure.IsNone)
                    return ([], failure);
                records.Add(record!.Value);
            }
            return (validateOnly ? [] : records, ApiError.None);
        }).ConfigureAwait(false);
        return error == ErrorCode.None ? planned : new(error, null);
    }
}
