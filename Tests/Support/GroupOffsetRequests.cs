using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Support;

/// <summary>Commits, fetches and deletes offsets as a client that is no member of the group.</summary>
static class GroupOffsetRequests
{
    public static ErrorCode Commit(this TestConnection connection, string group, string topic, int partition, long offset, string metadata = "") =>
        connection.Send(CommitRequest(group, topic, partition, offset, metadata), 9).Topics.Single().Partitions.Single().ErrorCode;

    public static OffsetCommitRequest CommitRequest(string group, string topic, int partition, long offset, string? metadata = "") => new()
    {
        GroupId = group,
        Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition, CommittedOffset = offset, CommittedMetadata = metadata }] }],
    };

    /// <summary>The committed offset of one partition; -1 where there is none.</summary>
    public static long Committed(this TestConnection connection, string group, string topic, int partition = 0) =>
        connection.Fetch(group, topic, partition).CommittedOffset;

    public static OffsetFetchResponse.OffsetFetchResponsePartitions Fetch(this TestConnection connection, string group, string topic, int partition = 0, bool requireStable = false)
    {
        var request = new OffsetFetchRequest
        {
            RequireStable = requireStable,
            Groups = [new() { GroupId = group, Topics = [new() { Name = topic, PartitionIndexes = [partition] }] }],
        };
        var answer = connection.Send(request, 9).Groups.Single();
        Assert.That(answer.ErrorCode, Is.EqualTo(ErrorCode.None));
        return answer.Topics.Single().Partitions.Single();
    }

    public static ErrorCode DeleteGroup(this TestConnection connection, string group) =>
        connection.Send(new DeleteGroupsRequest { GroupsNames = [group] }, 2).Results.Single().ErrorCode;

    public static List<string> Groups(this TestConnection connection) =>
        [.. connection.Send(new ListGroupsRequest(), 5).Groups.Select(group => group.GroupId).Order()];
}
