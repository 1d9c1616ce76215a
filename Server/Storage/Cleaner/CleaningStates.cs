namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>
/// Which logs are being cleaned, and which must not be: whoever takes segments away from a log, or the log itself, has its cleaning paused first.
/// </summary>
sealed class CleaningStates
{
    readonly Lock statesLock = new();
    readonly Dictionary<TopicPartition, State> states = [];

    /// <summary>Begins a cleaning, unless there is one already or the partition is paused. The token says when it is to end early.</summary>
    public bool TryBegin(TopicPartition partition, CancellationToken stopping, out CancellationToken abort)
    {
        abort = default;
        lock (statesLock)
        {
            if (states.ContainsKey(partition))
                return false;
            var state = new State { Cleaning = CancellationTokenSource.CreateLinkedTokenSource(stopping) };
            states.Add(partition, state);
            abort = state.Cleaning.Token;
            return true;
        }
    }

    public void End(TopicPartition partition)
    {
        State state;
        lock (statesLock)
        {
            state = states[partition];
            state.Cleaning!.Dispose();
            state.Cleaning = null;
            if (state.PauseCount == 0)
                states.Remove(partition);
        }

        state.Ended.SetResult();
    }

    /// <summary>Keeps a log from being cleaned until <see cref="Resume"/>; false when it is being cleaned right now.</summary>
    public bool TryPause(TopicPartition partition)
    {
        lock (statesLock)
        {
            if (!states.TryGetValue(partition, out var state))
                states.Add(partition, state = new());
            if (state.Cleaning is not null)
                return false;
            state.PauseCount++;
            return true;
        }
    }

    /// <summary>Keeps a log from being cleaned until <see cref="Resume"/>; done when a cleaning that is going on has ended.</summary>
    public Task AbortAndPauseAsync(TopicPartition partition)
    {
        lock (statesLock)
        {
            if (!states.TryGetValue(partition, out var state))
                states.Add(partition, state = new());
            state.PauseCount++;
            state.Abort();
            return state.Cleaning is null ? Task.CompletedTask : state.Ended.Task;
        }
    }

    public void Resume(TopicPartition partition)
    {
        lock (statesLock)
        {
            var state = states[partition];
            if (--state.PauseCount == 0 && state.Cleaning is null)
                states.Remove(partition);
        }
    }

    sealed class State
    {
        public CancellationTokenSource? Cleaning { get; set; }

        public int PauseCount { get; set; }

        public void Abort() => Cleaning?.Cancel();

        /// <summary>Who waits for the end goes on on a thread of its own, not on the cleaner's.</summary>
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
