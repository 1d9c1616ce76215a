using DotNetty.Buffers;
using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Storage;

/// <summary>What all logs of a broker share.</summary>
public sealed record LogEnvironment(BlockingExecutor Executor, IByteBufferAllocator Allocator, TimeProvider Time, ILogger Logger)
{
    /// <summary>How long an idle producer's state is kept: <c>producer.id.expiration.ms</c>.</summary>
    public long ProducerIdExpirationMs { get; init; } = 86_400_000;

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
