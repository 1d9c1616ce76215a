using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>
/// A member as an assignor sees it. Members that subscribe alike had better share one set of topic ids: it is compared by reference first.
/// </summary>
sealed record MemberSubscription(string MemberId, string? InstanceId, string? RackId, IReadOnlySet<Uuid> SubscribedTopicIds, Assignment TargetAssignment);
