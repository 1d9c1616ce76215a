using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ConsumerGroupHeartbeatTests : IDisposable
{
    const string Group = "group";

    readonly TestBroker broker = new();
    readonly Uuid topicId;

    public ConsumerGroupHeartbeatTests() => topicId = broker.CreateTopic("orders", 3);

    public void Dispose() => broker.Dispose();

    [Test]
    public void The_first_member_gets_everything_at_once([Range(0, 1)] short version)
    {
        var member = new ConsumerMember(broker.Connect(), Group, version == 0 ? "" : null) { Version = version, Topics = ["orders"] };

        member.Join().Reconcile();

        Assert.That(member.MemberId, Is.Not.Empty);
        Assert.That((member.MemberEpoch, member.Last!.HeartbeatIntervalMs), Is.EqualTo((1, 5000)));
        Assert.That(member.Partitions, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void A_heartbeat_without_news_appends_and_says_nothing()
    {
        var member = Member().Join().Reconcile();
        member.Heartbeat();
        var before = broker.RecordCount(Group);

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));

        Assert.That((member.Last!.Assignment, member.MemberEpoch), Is.EqualTo(((ConsumerGroupHeartbeatResponse.AssignmentStruct?)null, 1)));
        Assert.That(broker.RecordCount(Group), Is.EqualTo(before));
    }

    [Test]
    public void Who_says_everything_hears_everything()
    {
        var member = Member().Join().Reconcile();

        member.FullHeartbeat();

        Assert.That(member.Last!.Assignment!.Value.TopicPartitions.Single().Partitions, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(member.Last.Assignment.Value.TopicPartitions.Single().TopicId, Is.EqualTo(topicId));
    }

    [Test]
    public void A_request_that_is_not_valid_is_refused_with_Kafkas_words()
    {
        Refuse(request => request.MemberId = "", "MemberId can't be empty.");
        Refuse(request => request.GroupId = "", "GroupId can't be empty.");
        Refuse(request => request.InstanceId = "", "InstanceId can't be empty.");
        Refuse(request => request.RackId = "", "RackId can't be empty.");
        Refuse(request => request.MemberEpoch = -3, "MemberEpoch is invalid.");
        Refuse(request => request.MemberEpoch = -2, "InstanceId can't be null.");
        Refuse(request => request.RebalanceTimeoutMs = -1, "RebalanceTimeoutMs must be provided in first request.");
        Refuse(request => request.TopicPartitions = null, "TopicPartitions must be empty when (re-)joining.");
        Refuse(request => request.TopicPartitions = [new() { TopicId = topicId, Partitions = [0] }], "TopicPartitions must be empty when (re-)joining.");
        Refuse(request => request.SubscribedTopicNames = null, "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.");
        Refuse(request => request.ServerAssignor = "sticky", "ServerAssignor sticky is not supported. Supported assignors: uniform, range.", ErrorCode.UnsupportedAssignor);
        Refuse(request => request.SubscribedTopicRegex = "a(", "SubscribedTopicRegex `a(` is not a valid regular expression: ", ErrorCode.InvalidRegularExpression);
    }

    [TestCase(1)]
    [TestCase(-1)]
    public void Only_who_joins_in_version_0_may_have_no_member_id(int memberEpoch)
    {
        var request = JoinRequest();
        (request.MemberId, request.MemberEpoch) = ("", memberEpoch);

        Assert.That(broker.Connect().Send(request, 0).ErrorMessage, Is.EqualTo("MemberId can't be empty."));
    }

    [Test]
    public void Who_is_not_in_a_group_that_exists_is_unknown()
    {
        Member().Join();
        var stranger = new ConsumerMember(broker.Connect(), Group, "stranger") { MemberEpoch = 1 };

        Assert.That((stranger.Heartbeat(), stranger.Last!.ErrorMessage), Is.EqualTo((ErrorCode.UnknownMemberId, $"Member stranger is not a member of group {Group}.")));
        Assert.That((stranger.Leave(), stranger.Last!.ErrorMessage), Is.EqualTo((ErrorCode.UnknownMemberId, $"Member stranger is not a member of group {Group}.")));
    }

    [Test]
    public void A_group_that_does_not_exist_is_not_found()
    {
        var stranger = new ConsumerMember(broker.Connect(), Group, "stranger") { MemberEpoch = 1 };

        Assert.That((stranger.Heartbeat(), stranger.Last!.ErrorMessage), Is.EqualTo((ErrorCode.GroupIdNotFound, "Consumer group group not found.")));
        Assert.That((stranger.Leave(), stranger.Last!.ErrorMessage), Is.EqualTo((ErrorCode.GroupIdNotFound, "Group group not found.")));
    }

    [TestCase(7, "greater")]
    [TestCase(1, "smaller")]
    public void Another_epoch_than_the_members_is_fenced(int epoch, string how)
    {
        var member = Member().Join().Reconcile();
        member.Subscribe("orders", "other");
        member.Subscribe("orders");
        Assert.That(member.MemberEpoch, Is.EqualTo(3));
        member.MemberEpoch = epoch;

        Assert.That(member.FullHeartbeat(), Is.EqualTo(ErrorCode.FencedMemberEpoch));
        Assert.That(member.Last!.ErrorMessage, Is.EqualTo(
            $"The consumer group member has a {how} member epoch ({epoch}) than the one known by the group coordinator (3). The member must abandon all its partitions and rejoin."));
    }

    [Test]
    public void Who_is_in_the_group_joins_again_only_as_long_as_it_may_not_have_heard_of_its_first_epoch()
    {
        var member = Member().Join();
        Assert.That(member.TryJoin(), Is.EqualTo(ErrorCode.None));
        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((1, 3)));

        member.Subscribe("orders", "other");
        Assert.That(member.TryJoin(), Is.EqualTo(ErrorCode.FencedMemberEpoch));
    }

    [Test]
    public void The_epoch_before_is_accepted_of_who_owns_no_more_than_it_should()
    {
        var member = Member().Join().Reconcile();
        member.Subscribe("orders", "other");
        member.MemberEpoch = 1;

        Assert.That(member.FullHeartbeat(), Is.EqualTo(ErrorCode.None), "the answer may have been lost");
        Assert.That(member.MemberEpoch, Is.EqualTo(2));

        var thief = new ConsumerGroupHeartbeatRequest { TopicPartitions = [new() { TopicId = topicId, Partitions = [0, 99] }] };
        member.MemberEpoch = 1;
        Assert.That(member.Send(thief), Is.EqualTo(ErrorCode.FencedMemberEpoch));
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.FencedMemberEpoch), "it does not say what it owns");
    }

    [Test]
    public void A_group_takes_as_many_members_as_it_may()
    {
        using var small = new TestBroker(("group.consumer.max.size", "1"));
        var first = new ConsumerMember(small.Connect(), Group) { Topics = ["orders"] }.Join();
        var second = new ConsumerMember(small.Connect(), Group) { Topics = ["orders"] };

        Assert.That((second.TryJoin(), second.Last!.ErrorMessage), Is.EqualTo((ErrorCode.GroupMaxSizeReached, "The consumer group has reached its maximum capacity of 1 members.")));
        Assert.That(first.Heartbeat(), Is.EqualTo(ErrorCode.None));
        first.Leave();
        Assert.That(second.TryJoin(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void The_protocol_is_not_served_where_it_is_not_configured_or_not_finalised()
    {
        using var classic = new TestBroker(("group.coordinator.rebalance.protocols", "classic"));
        Assert.That(new ConsumerMember(classic.Connect(), Group) { Topics = ["orders"] }.TryJoin(), Is.EqualTo(ErrorCode.UnsupportedVersion));

        var record = MetadataRecord.Of(new FeatureLevelRecord { Name = "group.version", FeatureLevel = 0 });
        Assert.That(broker.Broker.Cluster.ChangeAsync<bool>(_ => ([record], true)).IsCompleted);
        Assert.That(Member().TryJoin(), Is.EqualTo(ErrorCode.UnsupportedVersion));
    }

    [Test]
    public void A_subscription_that_is_larger_than_a_record_may_be_is_refused_and_the_group_is_as_it_was()
    {
        using var small = new TestBroker(("message.max.bytes", "20000"));
        string[] names = [.. Enumerable.Range(0, 1000).Select(i => $"a-topic-with-a-long-name-{i}")];
        var member = new ConsumerMember(small.Connect(), Group) { Topics = names };

        Assert.That(member.TryJoin(), Is.EqualTo(ErrorCode.UnknownServerError));
        member.Topics = ["orders"];
        Assert.That(member.TryJoin(), Is.EqualTo(ErrorCode.None));
        Assert.That(member.Subscribe(names), Is.EqualTo(ErrorCode.UnknownServerError));
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_groups_own_intervals_count_within_the_brokers_bounds()
    {
        Configure("consumer.heartbeat.interval.ms", "7000");
        var member = Member().Join();
        Assert.That(member.Last!.HeartbeatIntervalMs, Is.EqualTo(7000));

        Configure("consumer.heartbeat.interval.ms", "1");
        member.Heartbeat();
        Assert.That(member.Last!.HeartbeatIntervalMs, Is.EqualTo(5000), "group.consumer.min.heartbeat.interval.ms");
    }

    void Configure(string name, string value)
    {
        var record = MetadataRecord.Of(new ConfigRecord { ResourceType = (sbyte)ConfigResourceType.Group, ResourceName = Group, Name = name, Value = value });
        Assert.That(broker.Broker.Cluster.ChangeAsync<bool>(_ => ([record], true)).IsCompleted);
    }

    ConsumerMember Member() => new(broker.Connect(), Group) { Topics = ["orders"] };

    /// <summary>Of a request that would join, one thing is made wrong.</summary>
    void Refuse(Action<ConsumerGroupHeartbeatRequest> spoil, string message, ErrorCode error = ErrorCode.InvalidRequest)
    {
        var request = JoinRequest();
        spoil(request);

        var response = broker.Connect().Send(request, 1);

        Assert.That(response.ErrorCode, Is.EqualTo(error));
        Assert.That(response.ErrorMessage, Does.StartWith(message));
    }

    static ConsumerGroupHeartbeatRequest JoinRequest() => new() { GroupId = Group, MemberId = "member", RebalanceTimeoutMs = 1000, SubscribedTopicNames = ["orders"], TopicPartitions = [] };
}
