using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Handlers;

/// <summary>When a client is told who leads a partition now, so that it need not ask for metadata first (KIP-951).</summary>
static class LeaderHint
{
    public static bool Helps(ErrorCode error) => error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch;
}
