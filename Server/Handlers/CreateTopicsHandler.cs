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
        var topics = request.Topics.FindAll(topic => !duplicates.Contains(topic.Name));
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

        return response;
    }

    CreateTopicsResponse.CreatableTopicResult Created(TopicImage topic, CreateTopicsRequest.CreatableTopic wanted, RequestContext context) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        NumPartitions = topic.Partitions.Count,
        ReplicationFactor = (short)topic.Partitions[0].Replicas.Length,
        Configs = context.ApiVersion >= FirstVersionWithConfigs ? Configs(wanted) : [],
    };

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
