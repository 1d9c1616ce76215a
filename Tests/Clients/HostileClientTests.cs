namespace NettyKafka.Tests.Clients;

/// <summary>Clients that want the broker's memory or its attention and give nothing for it: they are closed in time, and disturb nobody else.</summary>
public sealed class HostileClientTests : BrokerFixture
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100);

    protected override string[] Overrides => ["connections.max.idle.ms=2000"];

    [Test]
    public async Task A_frame_that_comes_byte_by_byte_is_not_waited_for()
    {
        using var slow = await RawConnection.OpenAsync(Broker);
        using var bystander = await RawConnection.OpenAsync(Broker);

        var trickling = slow.TrickleAsync([0, 0, 1, 0, .. new byte[256]], pause);
        while (!trickling.IsCompleted)
        {
            Assert.That(await bystander.IsServedAsync());
            await Task.Delay(pause);
        }

        Assert.That(await trickling, Is.LessThan(100), "bytes in ten seconds");
        Assert.That(await bystander.IsServedAsync());
    }

    [Test]
    public async Task Announced_frames_cost_no_memory()
    {
        const int Connections = 200;
        using var bystander = await RawConnection.OpenAsync(Broker);
        Assert.That(await bystander.IsServedAsync());
        var before = Broker.MemoryBytes;

        var announcing = new List<RawConnection>();
        for (var i = 0; i < Connections; i++)
        {
            announcing.Add(await RawConnection.OpenAsync(Broker));
            await announcing[i].SendAsync([6, 0, 0, 0, .. new byte[1000]]);
        }

        Assert.That(await bystander.IsServedAsync());
        Assert.That((Broker.MemoryBytes - before) / 1_000_000, Is.LessThan(100), "megabytes; 20,000 are announced");
        Assert.That(await announcing[0].ReceiveAsync(), Is.Empty);
        announcing.ForEach(connection => connection.Dispose());
    }
}
