using System.Runtime.InteropServices;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>The errors that the partitions of a response have of their own, to be read and replaced.</summary>
static class PartitionErrors
{
    /// <summary>Answers what is to stand in place of a partition's error.</summary>
    public delegate ErrorCode Replace(NamedPartition partition, ErrorCode error);

    static readonly Dictionary<short, Action<object, Replace>> visitors = [];

    static PartitionErrors()
    {
        Add<ProduceResponse>(ApiKeys.Produce, OfProduce);
        Add<FetchResponse>(ApiKeys.Fetch, OfFetch);
        Add<ListOffsetsResponse>(ApiKeys.ListOffsets, (response, replace) => Each(response.Topics, (ref t) => Each(
            t.Partitions, t.Name, default, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode))));
        Add<MetadataResponse>(ApiKeys.Metadata, OfMetadata);
        Add<OffsetCommitResponse>(ApiKeys.OffsetCommit, (response, replace) => Each(response.Topics, (ref t) => Each(
            t.Partitions, t.Name, t.TopicId, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode))));
        Add<OffsetFetchResponse>(ApiKeys.OffsetFetch, OfOffsetFetch);
        Add<DeleteRecordsResponse>(ApiKeys.DeleteRecords, (response, replace) => Each(response.Topics, (ref t) => Each(
            t.Partitions, t.Name, default, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode))));
        Add<OffsetForLeaderEpochResponse>(ApiKeys.OffsetForLeaderEpoch, (response, replace) => Each(response.Topics, (ref t) => Each(
            t.Partitions, t.Topic, default, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.Partition), p.ErrorCode))));
        Add<WriteTxnMarkersResponse>(ApiKeys.WriteTxnMarkers, (response, replace) => Each(response.Markers, (ref m) => Each(m.Topics, (ref t) => Each(
            t.Partitions, t.Name, default, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode)))));
        Add<TxnOffsetCommitResponse>(ApiKeys.TxnOffsetCommit, (response, replace) => Each(response.Topics, (ref t) => Each(
            t.Partitions, t.Name, t.TopicId, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode))));
        Add<AlterReplicaLogDirsResponse>(ApiKeys.AlterReplicaLogDirs, (response, replace) => Each(response.Results, (ref t) => Each(
            t.Partitions, t.TopicName, default, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode))));
        Add<DescribeProducersResponse>(ApiKeys.DescribeProducers, (response, replace) => Each(response.Topics, (ref t) => Each(
            t.Partitions, t.Name, default, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode))));
    }

    delegate void Visit<T>(ref T item);

    delegate void VisitOf<T>(ref T item, string? topic, Uuid topicId);

    public static IReadOnlyCollection<short> Apis => visitors.Keys;

    /// <summary>APIs whose handlers do not ask before they work on a partition; they only read.</summary>
    public static bool IsReplacedInAnswer(short apiKey) => apiKey is ApiKeys.Metadata or ApiKeys.OffsetFetch;

    public static void In(short apiKey, object response, Replace replace)
    {
        if (visitors.TryGetValue(apiKey, out var visit))
            visit(response, replace);
    }

    static void Add<TResponse>(short apiKey, Action<TResponse, Replace> visit) => visitors.Add(apiKey, (response, replace) => visit((TResponse)response, replace));

    static void Each<T>(List<T>? items, Visit<T> visit)
    {
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
            visit(ref item);
    }

    static void Each<T>(List<T>? items, string? topic, Uuid topicId, VisitOf<T> visit)
    {
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
            visit(ref item, topic, topicId);
    }

    static void OfProduce(ProduceResponse response, Replace replace) => Each(response.Responses, (ref t) => Each(t.PartitionResponses, t.Name, t.TopicId, (ref p, name, id) =>
    {
        var error = replace(new(name, id, p.Index), p.ErrorCode);
        if (error != p.ErrorCode)
            p = new() { Index = p.Index, ErrorCode = error, BaseOffset = -1 };
    }));

    static void OfFetch(FetchResponse response, Replace replace) => Each(response.Responses, (ref t) => Each(t.Partitions, t.Topic, t.TopicId, (ref p, name, id) =>
    {
        var error = replace(new(name, id, p.PartitionIndex), p.ErrorCode);
        if (error == p.ErrorCode)
            return;
        p.Records?.Release();
        p = new() { PartitionIndex = p.PartitionIndex, ErrorCode = error, HighWatermark = -1, Records = Records.Empty };
    }));

    /// <summary>A topic has an error of its own, and so has each of its partitions.</summary>
    static void OfMetadata(MetadataResponse response, Replace replace) => Each(response.Topics, (ref t) =>
    {
        var error = replace(new(t.Name, t.TopicId, null), t.ErrorCode);
        if (error != t.ErrorCode)
            (t.ErrorCode, t.Partitions) = (error, []);
        Each(t.Partitions, t.Name, t.TopicId, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode));
    });

    static void OfOffsetFetch(OffsetFetchResponse response, Replace replace)
    {
        Each(response.Topics, (ref t) => Each(
            t.Partitions, t.Name, default, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode)));
        Each(response.Groups, (ref g) => Each(g.Topics, (ref t) => Each(
            t.Partitions, t.Name, t.TopicId, (ref p, name, id) => p.ErrorCode = replace(new(name, id, p.PartitionIndex), p.ErrorCode))));
    }
}
