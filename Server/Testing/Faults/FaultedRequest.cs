using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Handlers;

namespace NettyKafka.Testing.Faults;

/// <summary>Which rules match a request, and what they have done to it. Each is asked once for the request, or once for each of its partitions.</summary>
sealed class FaultedRequest(RequestContext context, object? request, ClusterImage image)
{
    readonly Dictionary<(InstalledFault Fault, string Topic, int? Partition), bool> decided = [];
    InstalledFault? ofAllPartitions;

    short ApiKey => context.Header.RequestApiKey;

    /// <summary>The ids of those that have happened to it.</summary>
    public List<int> Fired { get; } = [];

    /// <summary>The first fault that happens to the request as a whole.</summary>
    public InstalledFault? Fire(IReadOnlyList<InstalledFault> faults, FetchSessions sessions)
    {
        foreach (var fault in faults)
        {
            var isPerPartition = FaultRuleCheck.IsPerPartition(fault.Rule, ApiKey);
            if ((isPerPartition && fault.Rule.Delay is null) || !MatchesClient(fault) || !MatchesNames(fault.Rule) || !MatchesTopics(fault.Rule, sessions) || !fault.TryFire())
                continue;
            Fired.Add(fault.Id);
            if (isPerPartition)
                ofAllPartitions = fault;
            return fault;
        }
        return null;
    }

    /// <summary>Whether what was to happen to it found nothing that it could happen to.</summary>
    public bool IsWithdrawn { get; private set; }

    public void Withdraw(InstalledFault fault)
    {
        IsWithdrawn = true;
        Fired.Remove(fault.Id);
        fault.Withdraw();
    }

    /// <summary>The error that happens to a partition; those of after the work happen only to what was done.</summary>
    public ErrorCode? ErrorOf(IReadOnlyList<InstalledFault> faults, FaultTime time, string topic, int? partition)
    {
        if (ofAllPartitions is { } all)
            return IsOf(all, time, topic, partition) ? all.Rule.Error : null;
        foreach (var fault in faults)
            if (fault.Rule.Delay is null && FaultRuleCheck.IsPerPartition(fault.Rule, ApiKey) && MatchesClient(fault) && MatchesNames(fault.Rule) && IsOf(fault, time, topic, partition) && Decide(fault, topic, partition))
                return fault.Rule.Error;
        return null;
    }

    /// <summary>Null for a topic that does not exist under the id.</summary>
    public string? NameOf(in NamedPartition partition) => partition.TopicId.IsZero ? partition.Topic : image.FindTopic(partition.TopicId)?.Name;

    public bool Matches(FaultRule rule, in NamedPartition partition) =>
        (rule.Topic is null || rule.Topic == NameOf(partition)) && (rule.Partitions is null || (partition.Partition is { } index && rule.Partitions.Contains(index)));

    bool IsOf(InstalledFault fault, FaultTime time, string topic, int? partition)
    {
        var rule = fault.Rule;
        var at = PartitionErrors.IsReplacedInAnswer(ApiKey) ? FaultTime.After : FaultRuleCheck.TimeOf(rule, ApiKey);
        if (at != time || (rule.Topic is not null && rule.Topic != topic))
            return false;
        // Of the topics of Metadata an error is the topic's, unless partitions are named.
        if (ApiKey == ApiKeys.Metadata && (partition is null) != (rule.Partitions is null))
            return false;
        return rule.Partitions is null || (partition is { } index && rule.Partitions.Contains(index));
    }

    /// <summary>A fetch that waits asks again for the same partition.</summary>
    bool Decide(InstalledFault fault, string topic, int? partition)
    {
        if (decided.TryGetValue((fault, topic, partition), out var fires))
            return fires;
        decided[(fault, topic, partition)] = fires = fault.TryFire();
        if (!fires)
            return false;
        Fired.Add(fault.Id);
        fault.Hit();
        return true;
    }

    bool MatchesClient(InstalledFault fault)
    {
        var rule = fault.Rule;
        return fault.IsFor(ApiKey)
            && !(context.ApiVersion < rule.MinVersion)
            && !(context.ApiVersion > rule.MaxVersion)
            && (rule.Nodes is null || rule.Nodes.Contains(context.Node.Id))
            && (rule.ClientId is null || rule.ClientId == context.Header.ClientId)
            && (rule.Principal is null || rule.Principal == $"{context.Principal}");
    }

    bool MatchesNames(FaultRule rule) =>
        (rule.Group is null || (request is not null && RequestNames.Groups.Contains(ApiKey, request, rule.Group)))
        && (rule.TransactionalId is null || (request is not null && RequestNames.TransactionalIds.Contains(ApiKey, request, rule.TransactionalId)));

    bool MatchesTopics(FaultRule rule, FetchSessions sessions)
    {
        if (rule.Topic is null && rule.Partitions is null)
            return true;
        var named = RequestTopics.Of(ApiKey, request!);
        return (request is FetchRequest fetch ? named.Concat(sessions.Of(fetch)) : named).Any(partition => Matches(rule, partition));
    }
}
