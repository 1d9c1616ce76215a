using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// Fetch v0-18, with incremental sessions. Waits on the partitions for MinBytes, at most MaxWaitMs. All replicas are one log, so a replica's fetch is served
/// like a consumer's. From v11 on followers serve consumers, and a leader names the one in the consumer's rack (KIP-392). Records are sent as they lie in the log; v0-3 get message sets made of them. Of v0-2 too the first
/// batch is given whatever its size. Below v6 an offline log is NOT_LEADER_OR_FOLLOWER. Over quota the answer is empty.
/// </summary>
public sealed class FetchHandler(
    ClusterMetadata cluster, PartitionTable partitions, ReplicaSelector replicas, FetchSessionCache sessions, ClientQuotas quotas, BlockingExecutor executor, BrokerConfig config, TimeProvider time, CancellationToken stopping)
    : IHandler<FetchRequest, FetchResponse>
{
    const short FirstVersionWithTopicIds = 13;
    const short FirstVersionWithZstd = 10;
    const short FirstVersionWithFollowers = 11;
    const sbyte ReadCommitted = 1;

    public async ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context)
    {
        var byTopicId = context.ApiVersion >= FirstVersionWithTopicIds;
        var fetch = sessions.Begin(request.SessionId, request.SessionEpoch, byTopicId, Wanted(request), Forgotten(request));
        if (fetch.Error != ErrorCode.None)
            return new() { ErrorCode = fetch.Error };

        var quota = quotas.Fetch.Find(context.Principal.Name, context.Header.ClientId);
        var maxBytes = Math.Min(Math.Min(request.MaxBytes, config.FetchMaxBytes), quota?.MaxInWindow ?? int.MaxValue);
        var isolation = request.IsolationLevel == ReadCommitted ? FetchIsolation.TxnCommitted : FetchIsolation.HighWatermark;
        var rights = FetchRights.Of(request, fetch.Partitions, byTopicId ? cluster.Image : null, context);
        var reader = new FetchReader(isolation, maxBytes, wanted => Find(wanted, rights, context), partition => PreferredReplica(partition, request, context));
        var conversion = FetchConversion.For(context.ApiVersion, executor, maxBytes, context.Closed);
        var reads = await ReadEnoughAsync(reader, fetch, conversion, Math.Min(request.MinBytes, maxBytes), TimeSpan.FromMilliseconds(request.MaxWaitMs), context.Closed);
        var builder = new FetchResponseBuilder(cluster, context);
        return quota is null || IsWithin(quota, reads, context) ? builder.Build(fetch, reads) : FetchResponseBuilder.Empty(fetch, reads);
    }

    static bool IsWithin(RateQuota quota, List<FetchRead> reads, RequestContext context)
    {
        var isWithin = quota.TryRecord(reads.Sum(read => (long)read.Data.Records.SizeInBytes), out var throttleTimeMs);
        context.ThrottleTimeMs = throttleTimeMs;
        return isWithin;
    }

    async ValueTask<List<FetchRead>> ReadEnoughAsync(
        FetchReader reader, FetchContext fetch, FetchConversion? conversion, int minBytes, TimeSpan maxWait, CancellationToken closed)
    {
        var reads = await ReadAsync(reader, fetch, conversion);
        if (maxWait <= TimeSpan.Zero || IsEnough(reads, minBytes, out var missing))
            return reads;

        var started = time.GetTimestamp();
        while (true)
        {
            var left = maxWait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || closed.IsCancellationRequested || stopping.IsCancellationRequested)
                return reads;
            // What there is already is read again: a waiting fetch holds no buffers.
            FetchReader.Release(reads);
            using (var delayed = new DelayedFetch(missing, reader.Isolation, left, time, reads.Count, closed))
            {
                if (!Watch(delayed, reads) && !stopping.IsCancellationRequested)
                    await delayed.Completion;
            }

            reads = await ReadAsync(reader, fetch, conversion);
            if (IsEnough(reads, minBytes, out missing))
                return reads;
        }
    }

    static ValueTask<List<FetchRead>> ReadAsync(FetchReader reader, FetchContext fetch, FetchConversion? conversion)
    {
        var reads = reader.ReadAsync(fetch.Partitions);
        return conversion is null ? reads : conversion.ConvertAsync(reads);
    }

    /// <summary>Errors and divergence are told at once, whatever was asked for.</summary>
    static bool IsEnough(List<FetchRead> reads, int minBytes, out long missing)
    {
        missing = minBytes;
        foreach (var read in reads)
        {
            missing -= read.Data.Records.SizeInBytes;
            if (read.IsNotice)
                return true;
        }

        return missing <= 0 || reads.Count == 0;
    }

    /// <summary>Watches all partitions; true when one of them has already changed since it was read.</summary>
    static bool Watch(DelayedFetch delayed, List<FetchRead> reads)
    {
        var hasChanged = false;
        foreach (var read in reads)
        {
            delayed.Watch(read.Partition!);
            hasChanged |= read.Partition!.Bounds != read.Data.Bounds;
        }

        return hasChanged;
    }

    (Partition? Partition, ErrorCode Error) Find(FetchPartition wanted, FetchRights rights, RequestContext context)
    {
        var key = wanted.Key;
        var byTopicId = context.ApiVersion >= FirstVersionWithTopicIds;
        if (rights.AreDenied(key))
            return (null, ErrorCode.TopicAuthorizationFailed);
        if ((byTopicId ? cluster.Image.FindTopic(key.TopicId) : cluster.Image.FindTopic(key.Topic)) is not { } topic)
            return (null, byTopicId ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition);
        if (context.InterceptPartition(topic.Name, key.Partition) is { } intercepted)
            return (null, intercepted);
        if (!partitions.TryFindLeader(topic.Name, key.Partition, context.Node, out var partition, out var error) && !IsFollower(partition, error, context))
            return (partition, error);
        if (context.ApiVersion < FirstVersionWithZstd && partition.Log.Config.CompressionType == "zstd")
            return (partition, ErrorCode.UnsupportedCompressionType);
        return (partition, ErrorCode.None);
    }

    static bool IsFollower([NotNullWhen(true)] Partition? partition, ErrorCode error, RequestContext context) =>
        error == ErrorCode.NotLeaderOrFollower && context.ApiVersion >= FirstVersionWithFollowers && partition!.Registration.Isr.Contains(context.Node.Id);

    int? PreferredReplica(Partition partition, FetchRequest request, RequestContext context) =>
        context.ApiVersion >= FirstVersionWithFollowers && partition.Registration.Leader == context.Node.Id ? replicas.Select(partition, request.RackId) : null;

    static List<FetchPartition> Wanted(FetchRequest request)
    {
        var wanted = new List<FetchPartition>();
        foreach (var topic in request.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                wanted.Add(new(new(topic.TopicId, topic.Topic, partition.Partition))
                {
                    FetchOffset = partition.FetchOffset,
                    MaxBytes = partition.PartitionMaxBytes,
                    CurrentLeaderEpoch = partition.CurrentLeaderEpoch,
                    LastFetchedEpoch = partition.LastFetchedEpoch,
                });
            }
        }

        return wanted;
    }

    static IEnumerable<FetchKey> Forgotten(FetchRequest request) =>
        request.ForgottenTopicsData.SelectMany(topic => topic.Partitions.Select(partition => new FetchKey(topic.TopicId, topic.Topic, partition)));
}
