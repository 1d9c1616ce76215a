using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Quotas;

namespace NettyKafka.Server.Handlers;

/// <summary>DeleteTopics v0-6, by name or, from version 6, by topic id. Internal topics can be deleted, as in Kafka.</summary>
public sealed class DeleteTopicsHandler(ClusterMetadata cluster, Controller controller, ClientQuotas quotas, BrokerConfig config)
    : IHandler<DeleteTopicsRequest, DeleteTopicsResponse>
{
    const short FirstVersionWithTopicDeletionDisabled = 3;
    const short FirstVersionWithStrictQuota = 5;

    public async ValueTask<DeleteTopicsResponse?> HandleAsync(DeleteTopicsRequest request, RequestContext context)
    {
        var wanted = request.Topics.Count > 0 ? request.Topics : request.TopicNames.ConvertAll(name => new DeleteTopicsRequest.DeleteTopicState { Name = name });
        var duplicates = wanted.GroupBy(topic => (topic.Name, topic.TopicId)).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        var quota = quotas.ControllerMutation.Find(context.Principal.Name, context.Header.ClientId, context.ApiVersion >= FirstVersionWithStrictQuota);
        var response = new DeleteTopicsResponse();
        foreach (var topic in wanted)
            response.Responses.Add(await DeleteAsync(topic, duplicates.Contains((topic.Name, topic.TopicId)), quota, context));
        context.ThrottleTimeMs = quota?.ThrottleTimeMs ?? 0;
        return response;
    }

    async ValueTask<DeleteTopicsResponse.DeletableTopicResult> DeleteAsync(
        DeleteTopicsRequest.DeleteTopicState wanted, bool isDuplicate, MutationQuota? quota, RequestContext context)
    {
        if (!config.DeleteTopicEnable)
            return Failed(wanted, context.ApiVersion < FirstVersionWithTopicDeletionDisabled ? ErrorCode.InvalidRequest : ErrorCode.TopicDeletionDisabled, null);
        if (wanted.Name is not null && !wanted.TopicId.IsZero)
            return Failed(wanted, ErrorCode.InvalidRequest, "You may not specify both topic name and topic id.");
        if (wanted.Name is null && wanted.TopicId.IsZero)
            return Failed(wanted, ErrorCode.InvalidRequest, "Neither topic name nor id were specified.");
        if (isDuplicate)
            return Failed(wanted, ErrorCode.InvalidRequest, wanted.Name is null ? "Duplicate topic id." : "Duplicate topic name.");

        var topic = wanted.Name is null ? cluster.Image.FindTopic(wanted.TopicId) : cluster.Image.FindTopic(wanted.Name);
        if (Refusal(wanted, topic, context) is { } refused)
            return refused;
        if (topic is null)
            return Failed(wanted, wanted.Name is null ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition, null);
        var error = await controller.DeleteTopicAsync(topic.Id, quota is null ? null : quota.TryRecord);
        if (error == ErrorCode.ThrottlingQuotaExceeded)
            return Failed(new() { Name = topic.Name, TopicId = topic.Id }, error, Controller.ThrottlingQuotaExceeded);
        // Another client was faster.
        if (error == ErrorCode.UnknownTopicId && wanted.Name is not null)
            error = ErrorCode.UnknownTopicOrPartition;
        return new() { Name = topic.Name, TopicId = topic.Id, ErrorCode = error };
    }

    /// <summary>Who may not describe a topic does not learn whether it exists, nor which name an id has.</summary>
    static DeleteTopicsResponse.DeletableTopicResult? Refusal(DeleteTopicsRequest.DeleteTopicState wanted, TopicImage? topic, RequestContext context)
    {
        if ((topic?.Name ?? wanted.Name) is not { } name || context.IsAuthorizedOnCluster(AclOperation.Delete, logIfDenied: false))
            return null;
        var mayDescribe = context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, name);
        if (mayDescribe && (topic is null || context.IsAuthorized(AclOperation.Delete, ResourceType.Topic, name)))
            return null;
        return Failed(wanted, AuthorizationErrors.Topic.Code, AuthorizationErrors.Topic.Message) with { Name = mayDescribe ? name : wanted.Name };
    }

    static DeleteTopicsResponse.DeletableTopicResult Failed(DeleteTopicsRequest.DeleteTopicState wanted, ErrorCode error, string? message) => new()
    {
        Name = wanted.Name,
        TopicId = wanted.TopicId,
        ErrorCode = error,
        ErrorMessage = message,
    };
}
