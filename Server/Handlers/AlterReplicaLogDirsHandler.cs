using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// AlterReplicaLogDirs v0-2. Moves partitions between this broker's data directories in the background; for a partition that is not here the directory is remembered
/// for when it is created.
/// </summary>
public sealed class AlterReplicaLogDirsHandler(PartitionTable partitions) : IHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>
{
    public async ValueTask<AlterReplicaLogDirsResponse?> HandleAsync(AlterReplicaLogDirsRequest request, RequestContext context)
    {
        var results = new Dictionary<string, AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult>();
        var isAuthorized = context.IsAuthorizedOnCluster(AclOperation.Alter);
        foreach (var (id, path) in Wanted(request))
        {
            var error = !isAuthorized ? ErrorCode.ClusterAuthorizationFailed : context.InterceptPartition(id.Topic, id.Partition) ?? await partitions.AlterLogDirAsync(id, path);
            if (!results.TryGetValue(id.Topic, out var topic))
                results.Add(id.Topic, topic = new() { TopicName = id.Topic });
            topic.Partitions.Add(new() { PartitionIndex = id.Partition, ErrorCode = error });
        }

        return new() { Results = [.. results.Values] };
    }

    /// <summary>Of a partition that is in the request twice the last directory counts, as in Kafka.</summary>
    static Dictionary<TopicPartition, string> Wanted(AlterReplicaLogDirsRequest request)
    {
        var wanted = new Dictionary<TopicPartition, string>();
        foreach (var directory in request.Dirs)
        {
            foreach (var topic in directory.Topics)
            {
                foreach (var partition in topic.Partitions)
                    wanted[new(topic.Name, partition)] = directory.Path;
            }
        }

        return wanted;
    }
}
