using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Handlers;

namespace NettyKafka.Testing.Faults;

/// <summary>Does to requests what the rules say. Runs on the connection's event loop, as handlers do.</summary>
sealed class FaultInjection(FaultRules rules, TimeProvider time, Func<ClusterImage> image)
{
    readonly ConditionalWeakTable<ConnectionContext, FaultedConnection> connections = [];
    readonly ConditionalWeakTable<RequestContext, FaultedRequest> requests = [];

    public async ValueTask<object?> ServeAsync(RequestContext context, object request, Func<ValueTask<object?>> next)
    {
        var connection = connections.GetOrCreateValue(context.Connection);
        if (connection.IsBlackHole)
            return null;
        var installed = rules.Installed;
        var response = installed.Length == 0 ? await next() : await FaultAsync(context, request, next, connection);
        if (request is FetchRequest fetch && response is FetchResponse fetched)
            connection.Sessions.Answered(fetch, fetched);
        if (!connection.IsSilent)
            return response;
        Release(response);
        return null;
    }

    /// <summary>The error of a partition that the handler is not to work on.</summary>
    public ErrorCode? ErrorOf(RequestContext context, string topic, int partition)
    {
        var installed = rules.Installed;
        if (installed.Length == 0)
            return null;
        return requests.GetValue(context, asked => new(asked, null, image())).ErrorOf(installed, FaultTime.Before, topic, partition);
    }

    public string? NameOf(in NamedPartition partition) => partition.TopicId.IsZero ? partition.Topic : image().FindTopic(partition.TopicId)?.Name;

    public IReadOnlyList<int> FiredBy(RequestContext context) => requests.TryGetValue(context, out var request) ? request.Fired : [];

    async ValueTask<object?> FaultAsync(RequestContext context, object request, Func<ValueTask<object?>> next, FaultedConnection connection)
    {
        var faulted = new FaultedRequest(context, request, image());
        requests.Add(context, faulted);
        if (faulted.Fire(rules.Installed, connection.Sessions) is not { } fault)
            return ReplaceErrors(context, faulted, await next());
        if (fault.Interceptor is { } interceptor)
            return await InterceptAsync(fault, interceptor, new(context, request, next), connection);
        if (fault.Rule.Delay is { } delay)
        {
            var delayed = Task.Delay(delay, time, context.Closed);
            fault.Hit();
            await delayed;
        }
        var response = await ApplyAsync(fault, context, request, next, connection, faulted);
        if (fault.Rule.Delay is null && !faulted.IsWithdrawn)
            fault.Hit();
        return response;
    }

    async ValueTask<object?> ApplyAsync(
        InstalledFault fault, RequestContext context, object request, Func<ValueTask<object?>> next, FaultedConnection connection, FaultedRequest faulted)
    {
        var (rule, apiKey) = (fault.Rule, context.Header.RequestApiKey);
        if (rule.BlackHole)
        {
            connection.IsBlackHole = true;
            return null;
        }
        var isWhole = rule.Error is not null && !FaultRuleCheck.IsPerPartition(rule, apiKey);
        var isServed = !(isWhole || rule.CloseConnection) || (rule.When ?? FaultRuleCheck.TimeOf(rule, apiKey)) == FaultTime.After;
        var response = isServed ? ReplaceErrors(context, faulted, await next()) : null;
        if (isWhole && !IsUnanswered(request))
        {
            Release(response);
            return ErrorResponses.Of(apiKey, request, context.ApiVersion, rule.Error!.Value);
        }
        // Who wants no answer learns of an error by the connection's end.
        context.Connection.MustClose |= rule.CloseConnection || isWhole;
        connection.IsSilent |= rule.Drop;
        if (rule.ThrottleTimeMs is { } throttleTimeMs)
            context.ThrottleTimeMs = Math.Max(context.ThrottleTimeMs, throttleTimeMs);
        // A fetch that brought nothing is none of those that the rule counts.
        if (rule.CorruptRecords && !(response is FetchResponse fetched && Corrupt(fetched, rule, faulted)) && rule is { Drop: false, CloseConnection: false, ThrottleTimeMs: null, Delay: null })
            faulted.Withdraw(fault);
        if (!rule.CloseConnection)
            return response;
        Release(response);
        return null;
    }

    static async ValueTask<object?> InterceptAsync(InstalledFault fault, Interceptor interceptor, InterceptedRequest intercepted, FaultedConnection connection)
    {
        object? response;
        try
        {
            response = await interceptor(intercepted);
        }
        catch (Exception e)
        {
            fault.Fail(e);
            throw;
        }
        if (!ReferenceEquals(response, intercepted.Served))
            Release(intercepted.Served);
        connection.IsSilent |= response is null && !IsUnanswered(intercepted.Request);
        fault.Hit();
        return response;
    }

    object? ReplaceErrors(RequestContext context, FaultedRequest faulted, object? response)
    {
        if (response is not null)
            PartitionErrors.In(context.Header.RequestApiKey, response, (partition, error) =>
                error == ErrorCode.None && faulted.NameOf(partition) is { } topic ? faulted.ErrorOf(rules.Installed, FaultTime.After, topic, partition.Partition) ?? error : error);
        return response;
    }

    /// <summary>False where no partition that matches brought a batch.</summary>
    static bool Corrupt(FetchResponse response, FaultRule rule, FaultedRequest faulted)
    {
        var isCorrupted = false;
        foreach (var topic in response.Responses)
            foreach (ref var partition in CollectionsMarshal.AsSpan(topic.Partitions))
                if (partition.Records is { } records && faulted.Matches(rule, new(topic.Topic, topic.TopicId, partition.PartitionIndex)) && CorruptRecords.Corrupt(records) is { } corrupted)
                    (partition.Records, isCorrupted) = (corrupted, true);
        return isCorrupted;
    }

    static bool IsUnanswered(object request) => request is ProduceRequest { Acks: 0 };

    static void Release(object? response) => (response as IHoldsRecords)?.ReleaseRecords();
}
