using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>Who may commit, fetch and delete the offsets of a consumer group, and when the group may be deleted.</summary>
public sealed class OffsetsOfConsumerGroupsTests : IDisposable
{
    const string Group = "group";

    readonly TestBroker broker = new();
    readonly TestConnection connection;
    readonly ConsumerMember member;

    public OffsetsOfConsumerGroupsTests()
    {
        broker.CreateTopic("orders", 1);
        connection = broker.Connect();
        member = new ConsumerMember(broker.Connect(), Group) { Topics = ["orders"] }.Join();
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_member_commits_in_its_epoch_and_in_no_other()
    {
        Assert.That(Commit(member.MemberId, 1), Is.EqualTo(ErrorCode.None));
        Assert.That(Commit(member.MemberId, 0), Is.EqualTo(ErrorCode.StaleMemberEpoch));
        Assert.That(Commit(member.MemberId, 2), Is.EqualTo(ErrorCode.StaleMemberEpoch));
        Assert.That(Commit("stranger", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Commit("", -1), Is.EqualTo(ErrorCode.UnknownMemberId), "there are members");
        Assert.That(Commit(member.MemberId, 1, version: 8), Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(connection.Committed(Group, "orders"), Is.EqualTo(5));
    }

    [Test]
    public void Without_members_anybody_commits()
    {
        member.Leave();

        Assert.That(Commit("", -1), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_member_fetches_in_its_epoch_and_who_names_nobody_always()
    {
        Assert.That(Fetch(member.MemberId, 1), Is.EqualTo(ErrorCode.None));
        Assert.That(Fetch(null, -1), Is.EqualTo(ErrorCode.None));
        Assert.That(Fetch(member.MemberId, 0), Is.EqualTo(ErrorCode.StaleMemberEpoch));
        Assert.That(Fetch("stranger", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_group_with_members_is_not_deleted_and_its_topics_offsets_neither()
    {
        Commit(member.MemberId, 1);

        Assert.That(connection.DeleteGroup(Group), Is.EqualTo(ErrorCode.NonEmptyGroup));
        var delete = new OffsetDeleteRequest { GroupId = Group, Topics = [new() { Name = "orders", Partitions = [new()] }] };
        Assert.That(connection.Send(delete, 0).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.GroupSubscribedToTopic));

        member.Leave();
        Assert.That(connection.DeleteGroup(Group), Is.EqualTo(ErrorCode.None));
        Assert.That(connection.Groups(), Is.Empty);
    }

    ErrorCode Commit(string memberId, int epoch, short version = 9)
    {
        var request = GroupOffsetRequests.CommitRequest(Group, "orders", 0, 5);
        (request.MemberId, request.GenerationIdOrMemberEpoch) = (memberId, epoch);
        return connection.Send(request, version).Topics.Single().Partitions.Single().ErrorCode;
    }

    ErrorCode Fetch(string? memberId, int epoch)
    {
        var request = new OffsetFetchRequest { Groups = [new() { GroupId = Group, MemberId = memberId, MemberEpoch = epoch, Topics = [new() { Name = "orders", PartitionIndexes = [0] }] }] };
        return connection.Send(request, 9).Groups.Single().ErrorCode;
    }
}
