using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// Produce v0-13. Every batch is checked by itself; a partition that fails leaves the others alone. The message sets of v0-2 are converted up to batches. With acks=0
/// nothing is answered, and an error closes the connection, since there is no other way to tell. Below v4 an offline log is NOT_LEADER_OR_FOLLOWER. Transactional batches are appended once their partitions are known to belong to the producer's transaction; from v12 on they are added to it.
/// </summary>
public sealed class ProduceHandler(
    ClusterMetadata cluster, PartitionTable partitions, TransactionVerification transactions, ClientQuotas quotas, BlockingExecutor executor, TimeProvider time)
    : IHandler<ProduceRequest, ProduceResponse>
{
    const short FirstVersionWithBatches = 3;
    const short FirstVersionWithTopicIds = 13;
    const short NoAcks = 0;
    const short LeaderAck = 1;
    const short AllReplicas = -1;

    /// <summary>The only client that may write to internal topics.</summary>
    const string AdminClientId = "__admin_client";

    /// <summary>The most that one request goes through on the event loop, as it came and decompressed.</summary>
    const int MaxInlineBytes = 1 << 20;

    /// <summary>The most that one request has compressed on the event loop.</summary>
    const int MaxInlineRewrittenBytes = 16 << 10;

    readonly LogValidator validator = new();
    readonly ProduceVerification verification = new(cluster, partitions, transactions);

    public async ValueTask<ProduceResponse?> HandleAsync(ProduceRequest request, RequestContext context)
    {
        var verifications = ProduceVerification.IsNeeded(request) ? await verification.VerifyAsync(request, context) : PartitionVerifications.NotNeeded;
        var builder = new ProduceResponseBuilder(cluster, context);
        var results = new ProduceResponse.PartitionProduceResponse[request.TopicData.Sum(topic => topic.PartitionData.Count)];
        var pending = new List<Task>(results.Length);
        var budget = new InlineBudget(MaxInlineBytes, MaxInlineRewrittenBytes);
        // Appends are started in order before any is awaited, so that they share a flush.
        foreach (var topic in request.TopicData)
        {
            var mayWrite = verifications.Error != ErrorCode.None || MayWrite(topic, context);
            foreach (var partition in topic.PartitionData)
            {
                pending.Add(FillAsync(results, pending.Count, mayWrite
                    ? AppendAsync(topic, partition, request.Acks, verifications, builder, budget, context)
                    : new(ProduceResponseBuilder.Failed(partition.Index, ErrorCode.TopicAuthorizationFailed))));
            }
        }

        // All of them, even if one fails unexpectedly: they read from the request's frame.
        await Task.WhenAll(pending);
        context.ThrottleTimeMs = quotas.Produce.Find(context.Principal.Name, context.Header.ClientId)?.Record(context.SizeInBytes) ?? 0;
        if (request.Acks != NoAcks)
            return builder.Build(request, results);
        context.Connection.MustClose |= Array.Exists(results, result => result.ErrorCode != ErrorCode.None);
        return null;
    }

    internal static string? NameOf(ProduceRequest.TopicProduceData topic, ClusterMetadata cluster, RequestContext context) =>
        context.ApiVersion >= FirstVersionWithTopicIds ? cluster.Image.FindTopic(topic.TopicId)?.Name : topic.Name;

    /// <summary>Of an id that no topic has there is nothing to ask.</summary>
    bool MayWrite(ProduceRequest.TopicProduceData topic, RequestContext context) =>
        NameOf(topic, cluster, context) is not { } name || context.IsAuthorized(AclOperation.Write, ResourceType.Topic, name);

    static async Task FillAsync(
        ProduceResponse.PartitionProduceResponse[] results, int index, ValueTask<ProduceResponse.PartitionProduceResponse> append) => results[index] = await append;

    async ValueTask<ProduceResponse.PartitionProduceResponse> AppendAsync(
        ProduceRequest.TopicProduceData topicData, ProduceRequest.PartitionProduceData data, short acks, PartitionVerifications verifications, ProduceResponseBuilder builder, InlineBudget budget, RequestContext context)
    {
        if (verifications.Error != ErrorCode.None)
            return ProduceResponseBuilder.Failed(data.Index, verifications.Error, verifications.ErrorMessage);
        if (acks is not (NoAcks or LeaderAck or AllReplicas))
            return ProduceResponseBuilder.Failed(data.Index, ErrorCode.InvalidRequiredAcks);
        if (NameOf(topicData, cluster, context) is not { } topic)
            return ProduceResponseBuilder.Failed(data.Index, ErrorCode.UnknownTopicId);
        if (context.InterceptPartition(topic, data.Index) is { } intercepted)
            return ProduceResponseBuilder.Failed(data.Index, intercepted);
        if (InternalTopics.Contains(topic) && context.Header.ClientId != AdminClientId)
            return ProduceResponseBuilder.Failed(data.Index, ErrorCode.InvalidTopicException, $"Cannot append to internal topic {topic}");
        if (!partitions.TryFindLeader(topic, data.Index, context.Node, out var partition, out var error))
            return partition is null ? ProduceResponseBuilder.Failed(data.Index, error) : builder.NotLed(data.Index, error, partition);

        if (verifications.ErrorOf(partition.Id) is { Error: not ErrorCode.None } unverified)
            return ProduceResponseBuilder.Failed(data.Index, unverified.Error, unverified.Message);

        var topicConfig = partition.Log.Config;
        var validation = await ValidateAsync(data.Records, context.ApiVersion, topicConfig, budget);
        if (validation.Error != ErrorCode.None)
            return ProduceResponseBuilder.Failed(data.Index, validation);
        if (validation.Records.SizeInBytes == 0)
            return ProduceResponseBuilder.NothingAppended(data.Index, partition.Bounds.LogStartOffset);
        try
        {
            var info = await partition.AppendAsync(validation.Records, acks, AppendOrigin.Client, new(verifications.GuardOf(partition.Id), default));
            return info.Error == ErrorCode.None
                ? ProduceResponseBuilder.Appended(data.Index, info, topicConfig.MessageTimestampTypeIsLogAppendTime)
                : ProduceResponseBuilder.Failed(data.Index, info.Error, info.ErrorMessage);
        }
        finally
        {
            validation.Records.Release();
        }
    }

    /// <summary>Most batches are checked at once. What is more than the event loop may spend on a request is checked on a thread that may take its time.</summary>
    async ValueTask<LogValidationResult> ValidateAsync(Records? records, short version, TopicConfig topicConfig, InlineBudget budget)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var mayCompress = version < FirstVersionWithBatches || topicConfig.CompressionType is not ("producer" or "uncompressed");
        var isSmall = records is null || records.SizeInBytes <= (mayCompress ? MaxInlineRewrittenBytes : MaxInlineBytes);
        if (isSmall && !budget.IsUsedUp)
        {
            var validation = validator.Validate(records, version, topicConfig, now, budget);
            if (validation.Error != ErrorCode.MessageTooLarge || !budget.IsUsedUp)
                return validation;
        }

        return await executor.RunAsync(
            static work => work.Validator.Validate(work.Records, work.Version, work.Config, work.Now),
            (Validator: validator, Records: records, Version: version, Config: topicConfig, Now: now));
    }
}
