using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>What the parts of one log work on together. It changes under <see cref="AppendLock"/>; configuration, segments and bounds are read without it.</summary>
sealed class LogState(TopicPartition partition, LogDirectory directory, LogEnvironment environment, TopicConfig config, LoadedLog loaded)
{
    TopicConfig config = config;
    bool isClosed;
    bool isDiscarded;
    TaskCompletionSource? frozen;

    public TopicPartition Partition => partition;

    public LogDirectory Directory => directory;

    public LogEnvironment Environment => environment;

    public Lock AppendLock { get; } = new();

    public string Path { get; } = loaded.Path;

    public LogSegments Segments { get; } = new(loaded.Segments);

    public LeaderEpochCache Epochs { get; } = loaded.Epochs;

    public ProducerStateManager Producers { get; } = loaded.Producers;

    public LogBoundsCell Bounds { get; } = new(loaded.LogStartOffset, loaded.LogEndOffset, loaded.Producers.FirstUnstableOffset);

    public TopicConfig Config
    {
        get => Volatile.Read(ref config);
        set => Volatile.Write(ref config, value);
    }

    public IFileSystem Files => directory.Files;

    public bool IsUsable => !directory.IsOffline && !isClosed && Volatile.Read(ref frozen) is null;

    /// <summary>Done when the log is no longer frozen.</summary>
    public Task Thawed => Volatile.Read(ref frozen)?.Task ?? Task.CompletedTask;

    /// <summary>Whether the log is about to be deleted: nothing of it is written any more.</summary>
    public bool IsDiscarded => Volatile.Read(ref isDiscarded);

    /// <summary>False when the log was closed before.</summary>
    public bool TryClose() => !isClosed && (isClosed = true);

    public void Freeze() => Volatile.Write(ref frozen, new());

    public void Thaw() => Interlocked.Exchange(ref frozen, null)?.SetResult();

    public void Discard()
    {
        isClosed = true;
        Volatile.Write(ref isDiscarded, true);
    }

    /// <summary>A failure of the disk takes the directory offline; one of a log that is being deleted says nothing about the disk.</summary>
    public void Fail(IOException cause)
    {
        if (!IsDiscarded)
            directory.Fail(cause);
    }
}
