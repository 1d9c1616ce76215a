using System.Runtime.InteropServices;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Testing.Journal;

/// <summary>Messages as a journal may keep them: records are views of frames and of pooled memory, which others use after them.</summary>
static class JournaledMessages
{
    public static long RecordsSizeOf(object request, object? response) => request is ProduceRequest produce
        ? produce.TopicData.Sum(topic => topic.PartitionData.Sum(partition => (long)(partition.Records?.SizeInBytes ?? 0)))
        : response is FetchResponse fetched
            ? fetched.Responses.Sum(topic => topic.Partitions.Sum(partition => (long)(partition.Records?.SizeInBytes ?? 0)))
            : 0;

    /// <summary>Takes the records out of a request that has been served.</summary>
    public static object Detach(object request)
    {
        if (request is ProduceRequest produce)
            foreach (var topic in produce.TopicData)
                foreach (ref var partition in CollectionsMarshal.AsSpan(topic.PartitionData))
                    partition.Records = null;
        return request;
    }

    /// <summary>A copy without records of a response that has yet to be written.</summary>
    public static object? Copy(object? response) => response is FetchResponse fetched
        ? new FetchResponse
        {
            ThrottleTimeMs = fetched.ThrottleTimeMs,
            ErrorCode = fetched.ErrorCode,
            SessionId = fetched.SessionId,
            NodeEndpoints = fetched.NodeEndpoints,
            Responses = fetched.Responses.ConvertAll(topic => topic with { Partitions = topic.Partitions.ConvertAll(partition => partition with { Records = null }) }),
        }
        : response;
}
