using System.Net.Sockets;
using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Network;

/// <summary>Real sockets on loopback, read and written in each way that there is.</summary>
[TestFixtureSource(nameof(Kinds))]
public sealed class TransportTests(SocketTransport kind)
{
    const int Large = 8 << 20;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    static IEnumerable<SocketTransport> Kinds => Enum.GetValues<SocketTransport>().Where(kind => kind != SocketTransport.Epoll || OperatingSystem.IsLinux());

    [Test]
    public async Task What_is_sent_comes_back_whatever_its_size([Values(1, 1000, 65_536, Large)] int size)
    {
        await using var server = await StartAsync(() => new TestHandler { OnRead = (context, bytes) => _ = context.WriteAsync(bytes), OnReadComplete = context => context.Flush() });
        using var client = await server.ConnectAsync();
        var sent = RandomBytes(size);

        var sending = client.SendAsync(sent);
        var received = await ReceiveAsync(client, size);
        await sending;

        Assert.That(received.AsSpan().SequenceEqual(sent));
    }

    [Test]
    public async Task Many_buffers_of_one_flush_arrive_in_their_order()
    {
        await using var server = await StartAsync(() => new TestHandler
        {
            OnActive = context =>
            {
                for (var i = 0; i < 3000; i++)
                    _ = context.WriteAsync(i % 10 == 0 ? Unpooled.Empty : Unpooled.WrappedBuffer([(byte)i]));
                _ = context.WriteAndFlushAsync(Unpooled.Empty);
            },
        });
        using var client = await server.ConnectAsync();

        Assert.That(await ReceiveAsync(client, 2700), Is.EqualTo(Enumerable.Range(0, 3000).Where(i => i % 10 != 0).Select(i => (byte)i)));
    }

    [Test]
    public async Task A_peer_that_does_not_read_holds_up_nobody_else_and_gets_all_when_it_reads()
    {
        var content = RandomBytes(Large);
        await using var server = await StartAsync(() => new TestHandler { OnRead = (context, bytes) => Answer(context, bytes, content) }, loops: 1);
        using var slow = await server.ConnectAsync();
        using var other = await server.ConnectAsync();
        await slow.SendAsync("4"u8.ToArray());

        for (var i = 0; i < 3; i++)
        {
            await other.SendAsync("1"u8.ToArray());
            Assert.That((await ReceiveAsync(other, Large)).AsSpan().SequenceEqual(content));
        }

        for (var i = 0; i < 4; i++)
            Assert.That((await ReceiveAsync(slow, Large)).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task What_came_before_the_peer_closed_is_read()
    {
        var read = new Received();
        await using var server = await StartAsync(() => read.Handler());
        using (var client = await server.ConnectAsync())
            await client.SendAsync(new byte[Large]);

        await read.Closed.WaitAsync(patience);
        Assert.That(read.Bytes, Is.EqualTo(Large));
    }

    [Test]
    public async Task A_reset_closes_the_channel()
    {
        var read = new Received();
        await using var server = await StartAsync(() => read.Handler());
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync(new byte[1]);
            await read.First.WaitAsync(patience);
            client.LingerState = new(enable: true, seconds: 0);
        }

        await read.Closed.WaitAsync(patience);
    }

    [Test]
    public async Task Nothing_is_read_while_nobody_wants_to_and_all_of_it_later([Values] bool closes)
    {
        var read = new Received();
        await using var server = await StartAsync(() => read.Handler());
        using var client = await server.ConnectAsync();
        await client.SendAsync(new byte[1]);
        var channel = await read.First.WaitAsync(patience);

        await channel.EventLoop.SubmitAsync(() => channel.Configuration.AutoRead = false);
        var before = read.Bytes;
        await client.SendAsync(new byte[100_000]);
        if (closes)
            client.Shutdown(SocketShutdown.Send);
        await RoundTripAsync(server);
        // A read that was under way when reading was ended may bring one buffer more.
        Assert.That(read.Bytes - before, Is.LessThanOrEqualTo(65_536));

        await channel.EventLoop.SubmitAsync(() => channel.Configuration.AutoRead = true);
        await read.Until(100_001).WaitAsync(patience);
        if (closes)
            await read.Closed.WaitAsync(patience);
    }

    [Test]
    public async Task A_write_that_the_close_cuts_off_fails_and_gives_back_its_buffer()
    {
        var buffer = Unpooled.WrappedBuffer(new byte[64 << 20]);
        var writing = new TaskCompletionSource<(IChannel, Task)>();
        await using var server = await StartAsync(() => new TestHandler { OnActive = context => writing.TrySetResult((context.Channel, context.WriteAndFlushAsync(buffer))) });
        using var client = await server.ConnectAsync();
        var (channel, write) = await writing.Task.WaitAsync(patience);

        await channel.CloseAsync();

        Assert.That(async () => await write.WaitAsync(patience), Throws.InstanceOf<ClosedChannelException>());
        Assert.That(buffer.ReferenceCount, Is.Zero);
    }

    [Test]
    public async Task A_write_to_a_peer_that_is_gone_closes_the_channel()
    {
        var read = new Received();
        await using var server = await StartAsync(() => read.Handler());
        IChannel channel;
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync(new byte[1]);
            channel = await read.First.WaitAsync(patience);
            await channel.EventLoop.SubmitAsync(() => channel.Configuration.AutoRead = false);
            client.LingerState = new(enable: true, seconds: 0);
        }

        Assert.That(async () => { while (true) await channel.WriteAndFlushAsync(Unpooled.WrappedBuffer(new byte[1000])).WaitAsync(patience); }, Throws.Exception.Not.InstanceOf<TimeoutException>());
        await channel.CloseCompletion.WaitAsync(patience);
    }

    [Test]
    public async Task An_await_on_the_loop_comes_back_to_it()
    {
        var back = new TaskCompletionSource<bool>();
        await using var server = await StartAsync(() => new TestHandler { OnActive = context => _ = AwaitAsync(context) });
        using var client = await server.ConnectAsync();

        Assert.That(await back.Task.WaitAsync(patience), Is.True);

        async Task AwaitAsync(IChannelHandlerContext context)
        {
            await Task.Yield();
            await Task.Run(() => { });
            back.SetResult(context.Channel.EventLoop.InEventLoop);
        }
    }

    [Test]
    public async Task Timers_of_a_loop_run_in_the_order_of_their_deadlines()
    {
        await using var server = await StartAsync(() => new TestHandler());
        var ran = new List<int>();
        var loop = server.Loop;

        await Task.WhenAll(new[] { 30, 10, 20, 0 }.Select(delay => loop.ScheduleAsync(() => ran.Add(delay), TimeSpan.FromMilliseconds(delay))));

        Assert.That(ran, Is.EqualTo(new[] { 0, 10, 20, 30 }));
    }

    [Test]
    public async Task Connections_come_and_go_by_the_hundred()
    {
        await using var server = await StartAsync(() => new TestHandler { OnRead = (context, bytes) => _ = context.WriteAndFlushAsync(bytes) });

        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (i, _) =>
        {
            using var client = await server.ConnectAsync();
            await client.SendAsync(BitConverter.GetBytes(i));
            Assert.That(BitConverter.ToInt32(await ReceiveAsync(client, sizeof(int))), Is.EqualTo(i));
        });
    }

    [Test]
    public async Task The_end_of_the_loops_closes_what_is_open()
    {
        var read = new Received();
        var server = await StartAsync(() => read.Handler());
        using var client = await server.ConnectAsync();
        await client.SendAsync(new byte[1]);
        var channel = await read.First.WaitAsync(patience);

        await server.DisposeAsync();

        if (kind == SocketTransport.Epoll)
            Assert.That(await client.ReceiveAsync(new byte[1]).WaitAsync(patience), Is.Zero);
        Assert.That(channel.EventLoop.IsTerminated);
    }

    static void Answer(IChannelHandlerContext context, IByteBuffer request, byte[] content)
    {
        var count = request.ReadByte() - '0';
        request.Release();
        for (var i = 0; i < count; i++)
            _ = context.WriteAsync(Unpooled.WrappedBuffer(content));
        context.Flush();
    }

    static byte[] RandomBytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    static async Task<byte[]> ReceiveAsync(Socket socket, int size)
    {
        using var limit = new CancellationTokenSource(patience);
        var bytes = new byte[size];
        for (var received = 0; received < size;)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(received), limit.Token);
            Assert.That(count, Is.Not.Zero, $"the end after {received} of {size}");
            received += count;
        }

        return bytes;
    }

    /// <summary>Whatever the loops had to do before is done.</summary>
    static Task<bool[]> RoundTripAsync(TestServer server) => Task.WhenAll(server.Loops.Select(loop => loop.SubmitAsync(() => true)));

    Task<TestServer> StartAsync(Func<IChannelHandler> handler, int loops = 2) => TestServer.StartAsync(kind, loops, handler);

    /// <summary>What a channel was given to read.</summary>
    sealed class Received
    {
        readonly TaskCompletionSource<IChannel> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long bytes;
        long wanted = long.MaxValue;

        public long Bytes => Interlocked.Read(ref bytes);

        public Task<IChannel> First => first.Task;

        public Task Closed => closed.Task;

        public Task Until(long count)
        {
            Interlocked.Exchange(ref wanted, count);
            Check();
            return enough.Task;
        }

        public TestHandler Handler() => new()
        {
            OnRead = (context, buffer) =>
            {
                Interlocked.Add(ref bytes, buffer.ReadableBytes);
                buffer.Release();
                first.TrySetResult(context.Channel);
                Check();
            },
            OnInactive = () => closed.TrySetResult(),
        };

        void Check()
        {
            if (Bytes >= Interlocked.Read(ref wanted))
                enough.TrySetResult();
        }
    }
}
