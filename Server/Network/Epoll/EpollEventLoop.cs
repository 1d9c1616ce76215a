using System.Collections.Concurrent;
using DotNetty.Common;
using DotNetty.Common.Concurrency;
using DotNetty.Transport.Channels;
using TaskCompletionSource = DotNetty.Common.Concurrency.TaskCompletionSource;

namespace NettyKafka.Server.Network.Epoll;

/// <summary>
/// An event loop that waits for its sockets, its tasks and its timers in one epoll_wait(2): a request is read, served and answered on one thread, without a hop.
/// All work runs on a TaskScheduler, so that an await on the loop comes back to it.
/// </summary>
sealed class EpollEventLoop : AbstractScheduledEventExecutor, IEventLoop
{
    const int MaxEvents = 256;
    const int MaxTasksInARow = 256;
    const int Forever = -1;

    readonly ConcurrentQueue<IRunnable> tasks = new();
    readonly EpollEntries entries = new(MaxEvents);
    readonly TaskCompletionSource termination = new();
    readonly Thread thread;
    readonly TaskScheduler scheduler;
    readonly int epoll;
    readonly int wakeUp;
    IEpollChannel?[] channels = new IEpollChannel?[64];
    int isAwake = 1;
    volatile bool isShuttingDown;
    volatile bool isShutdown;

    public EpollEventLoop(IEventLoopGroup parent)
        : base(parent)
    {
        epoll = Linux.CreateEpoll();
        wakeUp = Linux.CreateEvent();
        Linux.Add(epoll, wakeUp, EpollEvents.Readable);
        scheduler = new ExecutorTaskScheduler(this);
        thread = new Thread(Start) { Name = "kafka-network-thread", IsBackground = true };
        thread.Start();
    }

    public new IEventLoopGroup Parent => (IEventLoopGroup)base.Parent;

    public new IEnumerable<IEventLoop> Items => [this];

    public override bool IsShuttingDown => isShuttingDown;

    public override bool IsShutdown => isShutdown;

    public override bool IsTerminated => termination.Task.IsCompleted;

    public override Task TerminationCompletion => termination.Task;

    public new IEventLoop GetNext() => this;

    public Task RegisterAsync(IChannel channel) => channel.Unsafe.RegisterAsync(this);

    public override bool IsInEventLoop(Thread t) => t == thread;

    public override void Execute(IRunnable task)
    {
        tasks.Enqueue(task);
        if (!InEventLoop && Interlocked.Exchange(ref isAwake, 1) == 0)
            Linux.Signal(wakeUp);
    }

    /// <summary>Ends when no task is left, without a quiet period; channels that are still open are closed.</summary>
    public override Task ShutdownGracefullyAsync(TimeSpan quietPeriod, TimeSpan timeout)
    {
        isShuttingDown = true;
        Execute(static () => { });
        return termination.Task;
    }

    /// <summary>From now on the channel is told of its socket. On the loop's thread only.</summary>
    public void Add(int descriptor, IEpollChannel channel, EpollEvents events)
    {
        if (descriptor >= channels.Length)
            Array.Resize(ref channels, Math.Max(descriptor + 1, channels.Length * 2));
        channels[descriptor] = channel;
        Linux.Add(epoll, descriptor, events);
    }

    /// <summary>Before the socket is closed: what epoll has told of it already concerns nobody any more. On the loop's thread only.</summary>
    public void Remove(int descriptor, IEpollChannel channel)
    {
        if (channels[descriptor] != channel)
            return;
        channels[descriptor] = null;
        Linux.Remove(epoll, descriptor);
    }

    protected override IEnumerable<IEventExecutor> GetItems() => [this];

    // The first task of the scheduler runs at once, and makes it the scheduler of all that happens on this thread.
    void Start()
    {
        SetCurrentExecutor(this);
        _ = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.None, scheduler);
    }

    void Run()
    {
        try
        {
            while (!isShuttingDown)
            {
                RunReadyChannels();
                RunTasks();
            }

            End();
            termination.TryComplete();
        }
        catch (Exception e)
        {
            termination.TrySetException(e);
        }
    }

    void RunReadyChannels()
    {
        var timeout = Timeout();
        if (timeout != 0)
        {
            Interlocked.Exchange(ref isAwake, 0);
            if (!tasks.IsEmpty)
                timeout = 0;
        }

        var count = Linux.Wait(epoll, entries.Bytes, timeout);
        Volatile.Write(ref isAwake, 1);
        for (var i = 0; i < count; i++)
        {
            var descriptor = entries.DescriptorOf(i);
            if (descriptor == wakeUp || channels[descriptor] is not { } channel)
                continue;
            channel.Signal(entries.EventsOf(i));
            SafeExecute(channel);
        }
    }

    int Timeout()
    {
        if (!tasks.IsEmpty)
            return 0;
        if (PeekScheduledTask() is not { } next)
            return Forever;
        var wait = (next.Deadline - PreciseTimeSpan.FromStart).ToTimeSpan().TotalMilliseconds;
        return (int)Math.Clamp(Math.Ceiling(wait), 0, int.MaxValue);
    }

    void RunTasks()
    {
        while (ScheduledTaskQueue.Count > 0 && PollScheduledTask() is { } scheduled)
            SafeExecute(scheduled);
        for (var i = 0; i < MaxTasksInARow && tasks.TryDequeue(out var task); i++)
            SafeExecute(task);
    }

    void End()
    {
        foreach (var channel in channels)
            (channel as IChannel)?.Unsafe.CloseForcibly();
        CancelScheduledTasks();
        while (!tasks.IsEmpty)
            RunTasks();
        isShutdown = true;
        Linux.Close(epoll);
        Linux.Close(wakeUp);
    }
}
