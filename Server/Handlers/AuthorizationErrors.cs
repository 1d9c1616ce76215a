using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>What a client is told that lacks a right: by the kind of the resource.</summary>
static class AuthorizationErrors
{
    public static readonly ApiError Topic = new(ErrorCode.TopicAuthorizationFailed, "Topic authorization failed.");
    public static readonly ApiError Group = new(ErrorCode.GroupAuthorizationFailed, "Group authorization failed.");
    public static readonly ApiError Cluster = new(ErrorCode.ClusterAuthorizationFailed, "Cluster authorization failed.");
    public static readonly ApiError TransactionalId = new(ErrorCode.TransactionalIdAuthorizationFailed, "Transactional Id authorization failed.");
}
