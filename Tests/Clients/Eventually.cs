namespace NettyKafka.Tests.Clients;

/// <summary>Waits for what has to come, and tells what there is instead when it does not come.</summary>
static class Eventually
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static Task TrueAsync(Func<bool> condition, Func<string> instead) => NullAsync(() => Task.FromResult(condition() ? null : instead()));

    /// <summary>Waits until there is no complaint any more.</summary>
    public static async Task NullAsync(Func<Task<string?>> complaint)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await complaint() is { } last)
        {
            if (limit.IsCancellationRequested)
                Assert.Fail($"After {Limit.TotalSeconds} s still: {last}");
            await Task.Delay(Pause);
        }
    }
}
