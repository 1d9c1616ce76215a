using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// Which topics of a fetch may not be read, found out once and not again while the fetch waits. A follower needs the cluster's right instead. Where all may be read
/// nothing is kept.
/// </summary>
readonly struct FetchRights
{
    readonly HashSet<(Uuid TopicId, string Topic)>? denied;
    readonly bool isNothingAllowed;

    FetchRights(HashSet<(Uuid TopicId, string Topic)>? denied, bool isNothingAllowed) => (this.denied, this.isNothingAllowed) = (denied, isNothingAllowed);

    /// <summary>With an <paramref name="image"/> the topics are asked for by their ids.</summary>
    public static FetchRights Of(FetchRequest request, IReadOnlyList<FetchPartition> partitions, ClusterImage? image, RequestContext context)
    {
        if (context.Connection.Authorizer is null)
            return default;
        if (request.ReplicaId >= 0 || request.ReplicaState.ReplicaId >= 0)
            return new(null, isNothingAllowed: !context.IsAuthorizedOnCluster(AclOperation.ClusterAction));

        HashSet<(Uuid, string)>? denied = null;
        FetchKey? last = null;
        for (var i = 0; i < partitions.Count; i++)
        {
            var key = partitions[i].Key;
            // The partitions of a topic mostly stand together.
            if (last is { } before && before.TopicId == key.TopicId && before.Topic == key.Topic)
                continue;
            last = key;
            // An id that no topic has is told as it is; a name is asked for before it is looked for.
            var name = image is null ? key.Topic : image.FindTopic(key.TopicId)?.Name;
            if (name is not null && denied?.Contains((key.TopicId, key.Topic)) != true && !context.IsAuthorized(AclOperation.Read, ResourceType.Topic, name))
                (denied ??= []).Add((key.TopicId, key.Topic));
        }

        return new(denied, isNothingAllowed: false);
    }

    public bool AreDenied(FetchKey key) => isNothingAllowed || denied?.Contains((key.TopicId, key.Topic)) == true;
}
