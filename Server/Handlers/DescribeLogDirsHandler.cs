using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeLogDirs v0-5: the data directories with the sizes of the partitions that the node has a replica of. The metadata log is none of these, as in Kafka; no directory is cordoned.</summary>
public sealed class DescribeLogDirsHandler(LogManager logs, PartitionTable partitions) : IHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    const long UnknownBytes = -1;
    const long InvalidOffsetLag = -1;

    public async ValueTask<DescribeLogDirsResponse?> HandleAsync(DescribeLogDirsRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Describe))
            return new() { ErrorCode = ErrorCode.ClusterAuthorizationFailed };
        var wanted = request.Topics?.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition))).ToHashSet();
        var response = new DescribeLogDirsResponse();
        foreach (var directory in logs.LogDirs)
            response.Results.Add(await DescribeAsync(directory, wanted, context.Node));
        return response;
    }

    async ValueTask<DescribeLogDirsResponse.DescribeLogDirsResult> DescribeAsync(LogDirectory directory, HashSet<TopicPartition>? wanted, Node node)
    {
        if (directory.IsOffline)
            return Offline(directory);
        try
        {
            var space = await logs.SpaceOfAsync(directory);
            return new()
            {
                LogDir = directory.FullPath,
                Topics = [.. TopicsOf(directory, wanted, node)],
                TotalBytes = space?.TotalBytes ?? UnknownBytes,
                UsableBytes = space?.UsableBytes ?? UnknownBytes,
            };
        }
        catch (IOException)
        {
            return Offline(directory);
        }
    }

    static DescribeLogDirsResponse.DescribeLogDirsResult Offline(LogDirectory directory) => new() { LogDir = directory.FullPath, ErrorCode = ErrorCode.KafkaStorageError };

    IEnumerable<DescribeLogDirsResponse.DescribeLogDirsTopic> TopicsOf(LogDirectory directory, HashSet<TopicPartition>? wanted, Node node) =>
        from log in directory.AllLogs
        where log.Partition.Topic != InternalTopics.ClusterMetadata && wanted?.Contains(log.Partition) != false && partitions.Find(log.Partition)?.Registration.Replicas.Contains(node.Id) != false
        orderby log.Partition.Partition
        group Describe(log, directory) by log.Partition.Topic into topic
        select new DescribeLogDirsResponse.DescribeLogDirsTopic { Name = topic.Key, Partitions = [.. topic] };

    DescribeLogDirsResponse.DescribeLogDirsPartition Describe(UnifiedLog log, LogDirectory directory)
    {
        var isFuture = directory.FutureLogs.GetValueOrDefault(log.Partition) == log;
        return new() { PartitionIndex = log.Partition.Partition, PartitionSize = log.SizeInBytes, OffsetLag = LagOf(log, isFuture), IsFutureKey = isFuture };
    }

    /// <summary>What a future log lacks of the partition's log, which itself is never behind its high watermark.</summary>
    long LagOf(UnifiedLog log, bool isFuture)
    {
        if (!isFuture)
            return Math.Max(0, log.Bounds.HighWatermark - log.Bounds.LogEndOffset);
        var current = logs.FindLog(log.Partition);
        return current is null || current.Directory.IsOffline ? InvalidOffsetLag : current.Bounds.LogEndOffset - log.Bounds.LogEndOffset;
    }
}
