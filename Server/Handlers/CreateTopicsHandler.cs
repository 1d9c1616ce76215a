using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Quotas;

namespace NettyKafka.Server.Handlers;

/// <summary>CreateTopics v0-7. Answers when the topics can be used, so TimeoutMs has nothing to limit. Validate-only from version 1.</summary>
public sealed class CreateTopicsHandler(Controller controller, ClientQuotas quotas, DynamicBrokerConfig config) : IHandler<CreateTopicsRequest, CreateTopicsResponse>
{
    const short FirstVersionWithConfigs = 5;
    const short FirstVersionWithStrictQuota = 6;

    public async ValueTask<CreateTopicsResponse?> HandleAsync(CreateTopicsRequest request, RequestContext context)
    {
        var duplicates = request.Topics.GroupBy(topic => topic.Name).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        var mayCreateAny = context.IsAuthorizedOnCluster(AclOperation.Create, logIfDenied: false);
        var rights = request.Topics
            .Where(topic => !duplicates.Contains(topic.Name))
            .ToLookup(topic => mayCreateAny || context.IsAuthorized(AclOperation.Create, ResourceType.Topic, topic.Name));
        List<CreateTopicsRequest.CreatableTopic> topics = [.. rights[true]];
        var quota = quotas.ControllerMutation.Find(context.Principal.Name, context.Header.ClientId, context.ApiVersion >= FirstVersionWithStrictQuota);
        var plans = await controller.CreateTopicsAsync(topics, request.ValidateOnly, quota is null ? null : quota.TryRecord);
        context.ThrottleTimeMs = quota?.ThrottleTimeMs ?? 0;

        var response = new CreateTopicsResponse();
        foreach (var name in duplicates)
            response.Topics.Add(Failed(name, ErrorCode.InvalidRequest, "Duplicate topic name."));
        for (var i = 0; i < plans.Count; i++)
        {
            response.Topics.Add(plans[i].Topic is { } topic
                ? Created(topic, topics[i], context)
                : Failed(topics[i].Name, plans[i].Error, plans[i].Message));
        }

        foreach (var denied in rights[false])
            response.Topics.Add(Failed(denied.Name, ErrorCode.TopicAuthorizationFailed, "Authorization failed."));
        return response;
    }

    CreateTopicsResponse.CreatableTopicResult Created(TopicImage topic, CreateTopicsRequest.CreatableTopic wanted, RequestContext context)
    {
        var result = new CreateTopicsResponse.CreatableTopicResult { Name = topic.Name, TopicId = topic.Id };
        if (context.ApiVersion < FirstVersionWithConfigs)
            return result;
        if (!context.IsAuthorized(AclOperation.DescribeConfigs, ResourceType.Topic, topic.Name, logIfDenied: false))
        {
            result.TopicConfigErrorCode = ErrorCode.TopicAuthorizationFailed;
            return result;
        }

        result.NumPartitions = topic.Partitions.Count;
        result.ReplicationFactor = (short)topic.Partitions[0].Replicas.Length;
        result.Configs = Configs(wanted);
        return result;
    }

    List<CreateTopicsResponse.CreatableTopicConfigs> Configs(CreateTopicsRequest.CreatableTopic wanted)
    {
        var overrides = TopicCreation.ConfigsOf(wanted);
        return
        [
            .. new ConfigDescription(config.Current).DescribeTopic(overrides).Select(entry => new CreateTopicsResponse.CreatableTopicConfigs
            {
                Name = entry.Name,
                Value = entry.Value,
                ReadOnly = entry.IsReadOnly,
                ConfigSource = (sbyte)entry.Source,
                IsSensitive = entry.IsSensitive,
            }),
        ];
    }

    static CreateTopicsResponse.CreatableTopicResult Failed(string name, ErrorCode error, string? message) => new()
    {
        Name = name,
        ErrorCode = error,
        ErrorMessage = message,
    };
}
