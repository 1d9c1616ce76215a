namespace NettyKafka.Http.Commands;

/// <summary>How long is waited.</summary>
static class WaitRequests
{
    public const int DefaultTimeoutMs = 30_000;

    public static TimeSpan TimeoutOf(int timeoutMs) => timeoutMs >= 0 ? TimeSpan.FromMilliseconds(timeoutMs) : throw new ArgumentException($"timeoutMs: {timeoutMs} is less than 0");
}

sealed record WaitForRequestsRequest(string Api, int Count = 1, int TimeoutMs = WaitRequests.DefaultTimeoutMs);

sealed record WaitForGroupRequest(string Group, string State = "Stable", int? Members = null, int TimeoutMs = WaitRequests.DefaultTimeoutMs);

sealed record WaitForOffsetRequest(string Topic, int Partition, long Offset, int TimeoutMs = WaitRequests.DefaultTimeoutMs);

sealed record WaitForCommittedRequest(string Group, string Topic, int Partition, long Offset, int TimeoutMs = WaitRequests.DefaultTimeoutMs);

sealed record WaitForTopicRequest(string Topic, int TimeoutMs = WaitRequests.DefaultTimeoutMs);

sealed record WaitForConsumersCaughtUpRequest(string Group, int TimeoutMs = WaitRequests.DefaultTimeoutMs);
