using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>Whether a rule can be: one that could never happen, or not as it says, is refused.</summary>
static class FaultRuleCheck
{
    /// <exception cref="ArgumentException">It cannot; the message says what is valid.</exception>
    public static void Check(FaultRule rule, bool isInterceptor)
    {
        CheckNumbers(rule);
        CheckActions(rule, isInterceptor);
        var apis = rule.Apis?.Select(name => ApiNames.Find(name).Key).ToList();
        Require(apis is not { Count: 0 }, "Apis is empty: leave it out for all APIs.");
        foreach (var api in apis ?? [])
            CheckApi(rule, api);
    }

    /// <summary>Whether a rule without APIs means this one.</summary>
    public static bool CanApply(FaultRule rule, short api) =>
        NamesAll(rule, api) && (!rule.CorruptRecords || api == ApiKeys.Fetch) && (rule.Error is null || IsPerPartition(rule, api) || CanFail(rule, api));

    /// <summary>Whether an error is that of partitions, each for itself.</summary>
    public static bool IsPerPartition(FaultRule rule, short api) => rule is { Error: not null, TopLevel: false } && PartitionErrors.Apis.Contains(api);

    /// <summary>When an error comes; that of Produce whose work Kafka has done when it answers it comes after.</summary>
    public static FaultTime TimeOf(FaultRule rule, short api) =>
        rule.When ?? (api == ApiKeys.Produce && rule.Error is ErrorCode.RequestTimedOut or ErrorCode.NotEnoughReplicasAfterAppend ? FaultTime.After : FaultTime.Before);

    /// <summary>Who names a topic, and no API, means what is done with its partitions.</summary>
    static bool CanFail(FaultRule rule, short api) =>
        ErrorResponses.Apis.Contains(api) && (rule.TopLevel || (rule.Topic is null && rule.Partitions is null));

    static bool NamesAll(FaultRule rule, short api) =>
        ((rule.Topic is null && rule.Partitions is null) || RequestTopics.Apis.Contains(api))
        && (rule.Group is null || RequestNames.Groups.Apis.Contains(api))
        && (rule.TransactionalId is null || RequestNames.TransactionalIds.Apis.Contains(api));

    static void CheckNumbers(FaultRule rule)
    {
        Require(!(rule.MinVersion > rule.MaxVersion), $"MinVersion {rule.MinVersion} is above MaxVersion {rule.MaxVersion}.");
        Require(!(rule.Count < 1), $"Count is {rule.Count}: it has to be at least 1, or left out for always.");
        Require(rule.Skip >= 0, $"Skip is {rule.Skip}: it cannot be below 0.");
        Require(rule.Probability is null or (> 0 and <= 1), $"Probability is {rule.Probability}: it has to be above 0, and at most 1.");
        Require(rule.Seed is null || rule.Probability is not null, "Seed is of no use without Probability.");
        Require(!(rule.Delay <= TimeSpan.Zero), $"Delay is {rule.Delay}: it has to be above 0.");
        Require(!(rule.ThrottleTimeMs <= 0), $"ThrottleTimeMs is {rule.ThrottleTimeMs}: it has to be above 0.");
        Require(rule.Partitions is not { Count: 0 }, "Partitions is empty: leave it out for all partitions.");
        Require(rule.Nodes is not { Count: 0 }, "Nodes is empty: leave it out for all nodes.");
    }

    static void CheckActions(FaultRule rule, bool isInterceptor)
    {
        bool[] actions = [rule.Error is not null, rule.ThrottleTimeMs is not null, rule.Drop, rule.CloseConnection, rule.BlackHole, rule.CorruptRecords];
        var count = actions.Count(isGiven => isGiven);
        if (isInterceptor)
        {
            Require(count == 0 && rule.Delay is null, "What an interceptor does, it does itself: its rule says only which requests it is for.");
            return;
        }
        Require(count == 1 || (count == 0 && rule.Delay is not null), $"A rule does one of Error, ThrottleTimeMs, Drop, CloseConnection, BlackHole, CorruptRecords, or a Delay; this one does {count}.");
        Require(rule.Error != ErrorCode.None, $"{ErrorCode.None} is no error.");
        Require(rule.Error is null || Enum.IsDefined(rule.Error.Value), $"There is no error {rule.Error}.");
        Require(rule.When is null || rule.Error is not null || rule.CloseConnection, "When is for Error and CloseConnection.");
        Require(!rule.TopLevel || rule.Error is not null, "TopLevel is for Error.");
    }

    static void CheckApi(FaultRule rule, short api)
    {
        var name = ApiKeys.Find(api)!.Name;
        Require((rule.Topic is null && rule.Partitions is null) || RequestTopics.Apis.Contains(api), $"{name} names no topics; those that do: {ApiNames.List(RequestTopics.Apis)}.");
        Require(rule.Group is null || RequestNames.Groups.Apis.Contains(api), $"{name} names no group; those that do: {ApiNames.List(RequestNames.Groups.Apis)}.");
        Require(
            rule.TransactionalId is null || RequestNames.TransactionalIds.Apis.Contains(api),
            $"{name} names no transactional id; those that do: {ApiNames.List(RequestNames.TransactionalIds.Apis)}.");
        Require(!rule.CorruptRecords || api == ApiKeys.Fetch, $"{name} answers no records; Fetch does.");
        Require(
            rule.Error is null || IsPerPartition(rule, api) || ErrorResponses.Apis.Contains(api),
            $"{name} cannot be answered with an error{(rule.TopLevel ? " as a whole" : "")}; those that can: {ApiNames.List(ErrorResponses.Apis)}.");
    }

    static void Require(bool isValid, string message)
    {
        if (!isValid)
            throw new ArgumentException(message);
    }
}
