using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Cli;
using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Cli;

public sealed class ServeCommandTests : IDisposable
{
    static readonly ServeOptions quiet = new() { LogLevel = LogLevel.None, InMemory = true };
    static readonly Dictionary<string, string> noEnvironment = [];

    readonly FakeTimeProvider time = new();
    readonly StringWriter error = new();
    readonly CancellationTokenSource stop = new();
    readonly TestBroker broker = new();

    public void Dispose()
    {
        error.Dispose();
        stop.Dispose();
    }

    [Test]
    public async Task A_broker_runs_until_the_signal_and_ends_with_0()
    {
        var running = Command((_, _, _, _) => ValueTask.FromResult<IAsyncDisposable>(broker)).RunAsync(quiet, stop.Token);
        Assert.That(running.IsCompleted, Is.False);
        Assert.That(broker.Stops, Is.Zero);

        await stop.CancelAsync();
        broker.Stopped.SetResult();

        Assert.That(await running, Is.Zero);
        Assert.That(broker.Stops, Is.EqualTo(1));
    }

    [Test]
    public async Task The_broker_gets_its_configuration_and_the_choice_of_storage()
    {
        (BrokerConfig Config, bool InMemory)? started = null;
        await stop.CancelAsync();
        broker.Stopped.SetResult();

        await Command((config, options, _, _) =>
        {
            started = (config, options.InMemory);
            return ValueTask.FromResult<IAsyncDisposable>(broker);
        }).RunAsync(quiet with { Overrides = ["node.id=5"] }, stop.Token);

        Assert.That(started!.Value.Config.NodeId, Is.EqualTo(5));
        Assert.That(started.Value.InMemory, Is.True);
    }

    [Test]
    public async Task A_broker_that_does_not_stop_is_left_after_five_seconds()
    {
        var running = Command((_, _, _, _) => ValueTask.FromResult<IAsyncDisposable>(broker)).RunAsync(quiet, stop.Token);
        await stop.CancelAsync();
        Assert.That(broker.Stops, Is.EqualTo(1));

        time.Advance(ServeCommand.StopTimeout - TimeSpan.FromMilliseconds(1));
        Assert.That(running.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(await running, Is.EqualTo(1));
    }

    static readonly Exception[] expected =
    [
        new ConfigException("log.dirs=./data: the directory is held by another broker"),
        new IOException("No space left on device"),
        new UnauthorizedAccessException("Access to ./data is denied"),
        new SocketException((int)SocketError.AddressAlreadyInUse),
    ];

    [TestCaseSource(nameof(expected))]
    public async Task A_start_that_fails_is_one_line_and_exit_code_1(Exception failure)
    {
        Assert.That(await Command((_, _, _, _) => ValueTask.FromException<IAsyncDisposable>(failure)).RunAsync(quiet, stop.Token), Is.EqualTo(1));
        Assert.That(error.ToString(), Is.EqualTo($"nettykafka: {failure.Message}{Environment.NewLine}"));
    }

    [Test]
    public async Task A_wrong_setting_ends_before_the_start()
    {
        var code = await Command((_, _, _, _) => throw new AssertionException("started")).RunAsync(quiet with { Overrides = ["num.partitions=abc"] }, stop.Token);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error.ToString().Trim(), Is.EqualTo("nettykafka: num.partitions=abc: an INT in [1,...] is expected"));
    }

    [Test]
    public void A_bug_is_not_taken_for_a_failed_start() =>
        Assert.That(() => Command((_, _, _, _) => throw new InvalidOperationException("bug")).RunAsync(quiet, stop.Token), Throws.InvalidOperationException);

    [Test]
    public async Task A_signal_during_the_start_ends_with_0()
    {
        var running = Command(async (_, _, _, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
            return broker;
        }).RunAsync(quiet, stop.Token);
        await stop.CancelAsync();

        Assert.That(await running, Is.Zero);
    }

    [TestCase(PosixSignal.SIGTERM)]
    [TestCase(PosixSignal.SIGINT)]
    public void The_first_signal_stops_cleanly_and_the_second_takes_its_course(PosixSignal signal)
    {
        using var signals = new TerminationSignals();
        var (first, second) = (new PosixSignalContext(signal), new PosixSignalContext(signal));

        signals.Handle(first);
        Assert.That((first.Cancel, signals.Stop.IsCancellationRequested), Is.EqualTo((true, true)));

        signals.Handle(second);
        Assert.That(second.Cancel, Is.False);
    }

    [Test]
    public void The_event_loop_reads_its_machine_id_correctly_only_from_eight_digits() =>
        Assert.That(NettyKafka.Cli.RuntimeEnvironment.Defaults["io.netty.machineId"], Does.Match("^[0-9a-f]{8}$"));

    ServeCommand Command(StartBroker start) => new(start, noEnvironment, error, time);

    sealed class TestBroker : IAsyncDisposable
    {
        public TaskCompletionSource Stopped { get; } = new();

        public int Stops { get; private set; }

        public ValueTask DisposeAsync()
        {
            Stops++;
            return new(Stopped.Task);
        }
    }
}
