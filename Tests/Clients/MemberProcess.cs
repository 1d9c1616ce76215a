using System.Collections.Immutable;
using System.Diagnostics;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>A member of a group that is a process: what it tells goes to the group's ledger, and it can be asked to leave or be killed.</summary>
sealed class MemberProcess : IAsyncDisposable
{
    static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly MemberProgram program;
    readonly MemberOptions options;
    readonly GroupLedger ledger;
    readonly Task told;
    ImmutableHashSet<int> assignment = [];
    ImmutableList<string> history = [];

    public MemberProcess(MemberProgram program, MemberOptions options, GroupLedger ledger)
    {
        (this.program, this.options, this.ledger) = (program, options, ledger);
        process = Process.Start(program.Command(options))!;
        told = Task.WhenAll(ReadAsync(process.StandardOutput, program.ReadOutput), ReadAsync(process.StandardError, program.ReadError));
    }

    public string Name => options.Name;

    /// <summary>The partitions that it was assigned and that have not been revoked since.</summary>
    public ImmutableHashSet<int> Assignment => Volatile.Read(ref assignment);

    /// <summary>Everything that it told but its records and commits.</summary>
    public ImmutableList<string> History => Volatile.Read(ref history);

    /// <summary>How often it was assigned partitions, or had some revoked.</summary>
    public int Rebalances => History.Count(line => line.StartsWith("assigned", StringComparison.Ordinal) || line.StartsWith("revoked", StringComparison.Ordinal));

    public bool HasEnded => process.HasExited;

    /// <summary>Asks it to leave, and waits for its end.</summary>
    public async Task LeaveAsync()
    {
        program.AskToLeave(process);
        using var limit = new CancellationTokenSource(LeaveLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            Assert.Fail($"{this} did not end within {LeaveLimit.TotalSeconds} s of being asked to.");
        }
        await told;
        Assert.That(process.ExitCode, Is.Zero, ToString);
    }

    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await told;
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
            await KillAsync();
        process.Dispose();
    }

    public override string ToString() => $"{Name}{(HasEnded ? $" (ended, exit code {process.ExitCode})" : "")}:\n  {string.Join("\n  ", History.TakeLast(40))}";

    async Task ReadAsync(StreamReader lines, Func<string, MemberEvent?> parse)
    {
        while (await lines.ReadLineAsync() is { } line)
            Apply(parse(line) ?? new("wrote") { Message = line });
    }

    void Apply(MemberEvent told)
    {
        if (told.Event == "record")
            ledger.Consumed(Name, new(options.Topic, told.Partition, told.Offset));
        else if (told.Event == "committed")
            ledger.Committed(told.Offsets.Select(offset => new TopicPartitionOffset(options.Topic, offset.Key, offset.Value)));
        else
            Note(told);
    }

    void Note(MemberEvent told)
    {
        ImmutableInterlocked.Update(ref history, (lines, line) => lines.Add(line), $"{told.Event} {told.Message}{string.Join(' ', told.Partitions)}");
        if (told.Event == "assigned")
            Volatile.Write(ref assignment, Assignment.Union(told.Partitions));
        else if (told.Event == "revoked")
            Volatile.Write(ref assignment, Assignment.Except(told.Partitions));
    }
}
