using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;

namespace NettyKafka.Server.Handlers;

/// <summary>OffsetDelete v0. Forgets what a group has committed for partitions, as far as no member reads their topics.</summary>
public sealed class OffsetDeleteHandler(ClusterMetadata cluster, GroupCoordinator groups) : IHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    public async ValueTask<OffsetDeleteResponse?> HandleAsync(OffsetDeleteRequest request, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Delete, ResourceType.Group, request.GroupId))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        if (request.GroupId.Length == 0)
            return new() { ErrorCode = ErrorCode.InvalidGroupId };
        var response = new OffsetDeleteResponse();
        var image = cluster.Image;
        var found = new List<(string Topic, int Partition)>();
        var places = new List<(List<OffsetDeleteResponse.OffsetDeleteResponsePartition> Results, int Index)>();
        foreach (var topic in request.Topics)
        {
            var results = new List<OffsetDeleteResponse.OffsetDeleteResponsePartition>(topic.Partitions.Count);
            response.Topics.Add(new() { Name = topic.Name, Partitions = results });
            var mayRead = context.IsAuthorized(AclOperation.Read, ResourceType.Topic, topic.Name);
            foreach (var partition in topic.Partitions)
            {
                var error = mayRead ? Check(image.FindTopic(topic.Name), partition.PartitionIndex) : ErrorCode.TopicAuthorizationFailed;
                if (error == ErrorCode.None)
                {
                    found.Add((topic.Name, partition.PartitionIndex));
                    places.Add((results, results.Count));
                }

                results.Add(new() { PartitionIndex = partition.PartitionIndex, ErrorCode = error });
            }
        }

        try
        {
            var errors = await groups.RunAsync(context.Node, request.GroupId, shard => shard.Deletion.DeleteOffsets(request.GroupId, found));
            for (var i = 0; i < errors.Count; i++)
                places[i].Results[places[i].Index] = new() { PartitionIndex = found[i].Partition, ErrorCode = errors[i] };
            return response;
        }
        catch (CoordinatorException e)
        {
            return new() { ErrorCode = e.Error };
        }
    }

    static ErrorCode Check(TopicImage? topic, int partition) => topic?.Partitions.ContainsKey(partition) == true ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition;
}
