using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Cleaner;

namespace NettyKafka.Server.Storage;

/// <summary>Brings changed configs of threads, the cleaner and producers' states into effect.</summary>
sealed class DynamicStorageConfig(BlockingExecutor executor, LogManager logs, LogEnvironment environment) : Reconfigurable
{
    public override ValueTask ValidateAsync(BrokerConfig current, BrokerConfig next)
    {
        ThreadCounts.Check("num.io.threads", current.NumIoThreads, next.NumIoThreads);
        ThreadCounts.Check("num.recovery.threads.per.data.dir", current.NumRecoveryThreadsPerDataDir, next.NumRecoveryThreadsPerDataDir);
        CheckCleanerThreads(current.LogCleanerThreads, next.LogCleanerThreads);
        return default;
    }

    public override async ValueTask ReconfigureAsync(BrokerConfig current, BrokerConfig next)
    {
        environment.ProducerIdExpirationMs = next.ProducerIdExpirationMs;
        environment.VerifiesTransactions = next.TransactionPartitionVerificationEnable;
        executor.Resize(next.NumIoThreads);
        // The cleaner's threads are waited for.
        await environment.RunAsync(logs.Files, () => logs.Cleaner.Reconfigure(CleanerSettings.Of(next))).ConfigureAwait(false);
    }

    static void CheckCleanerThreads(int current, int next)
    {
        if (current == next)
            return;
        if (next < 1)
            throw new ConfigException("Log cleaner threads should be at least 1");
        if (next < current / 2)
            throw new ConfigException($"Log cleaner threads cannot be reduced to less than half the current value {current}");
        if (next > current * 2L)
            throw new ConfigException($"Log cleaner threads cannot be increased to more than double the current value {current}");
    }
}
