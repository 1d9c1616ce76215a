using NettyKafka.Server.Network.Epoll;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>A thread that serves connections as soon as epoll tells that they have something to read.</summary>
sealed class NullLoop
{
    readonly int epoll = Linux.CreateEpoll();
    readonly EpollEntries entries = new(256);
    readonly List<NullConnection?> connections = [];

    public void Start() => new Thread(Run) { IsBackground = true }.Start();

    public void Add(int descriptor, NullConnection connection)
    {
        lock (connections)
        {
            while (connections.Count <= descriptor)
                connections.Add(null);
            connections[descriptor] = connection;
        }

        Linux.Add(epoll, descriptor, EpollEvents.Readable | EpollEvents.PeerClosed);
    }

    void Run()
    {
        while (true)
        {
            var count = Linux.Wait(epoll, entries.Bytes, -1);
            for (var i = 0; i < count; i++)
                Find(entries.DescriptorOf(i))?.OnReadable(hasPeerClosed: (entries.EventsOf(i) & EpollEvents.PeerClosed) != 0);
        }
    }

    NullConnection? Find(int descriptor)
    {
        lock (connections)
            return connections[descriptor];
    }
}
