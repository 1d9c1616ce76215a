using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security.Quotas;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// CreatePartitions v0-3. The new partitions can be used when the answer arrives, so TimeoutMs has nothing to limit. Internal topics keep theirs: a group's or a
/// transactional id's partition depends on how many there are.
/// </summary>
public sealed class CreatePartitionsHandler(Controller controller, ClientQuotas quotas) : IHandler<CreatePartitionsRequest, CreatePartitionsResponse>
{
    const short FirstVersionWithStrictQuota = 3;

    public async ValueTask<CreatePartitionsResponse?> HandleAsync(CreatePartitionsRequest request, RequestContext context)
    {
        var duplicates = request.Topics.GroupBy(topic => topic.Name).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        var response = new CreatePartitionsResponse();
        foreach (var name in duplicates)
            response.Results.Add(new() { Name = name, ErrorCode = ErrorCode.InvalidRequest, ErrorMessage = "Duplicate topic name." });
        var quota = quotas.ControllerMutation.Find(context.Principal.Name, context.Header.ClientId, context.ApiVersion >= FirstVersionWithStrictQuota);
        foreach (var topic in request.Topics.Where(topic => !duplicates.Contains(topic.Name)))
        {
            var (error, message) = context.IsAuthorized(AclOperation.Alter, ResourceType.Topic, topic.Name)
                ? await controller.CreatePartitionsAsync(topic, request.ValidateOnly, quota is null ? null : quota.TryRecord)
                : (AuthorizationErrors.Topic.Code, AuthorizationErrors.Topic.Message);
            response.Results.Add(new() { Name = topic.Name, ErrorCode = error, ErrorMessage = message });
        }

        context.ThrottleTimeMs = quota?.ThrottleTimeMs ?? 0;
        return response;
    }
}
