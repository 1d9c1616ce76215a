using NettyKafka.Testing;

namespace NettyKafka.Http.Commands;

/// <summary>Time to put forward.</summary>
sealed record AdvanceClockRequest(long Ms);

/// <summary>The time on the broker's clock.</summary>
sealed record ClockDescription(DateTimeOffset Now, long SkippedMs);

sealed record CrashRequest(bool LosesUnflushed = false);

sealed record FillUpDiskRequest(long BytesLeft = 0);

/// <summary>How many segments were deleted.</summary>
sealed record DeletedSegments(int Segments);

/// <summary>The clock, what comes with time, crashes, and the disk.</summary>
static class TimeCommands
{
    /// <summary>A hundred years.</summary>
    const long MaxMs = 100L * 365 * 24 * 3600 * 1000;

    public static IEnumerable<ControlCommand> All { get; } =
    [
        new ControlCommand<AdvanceClockRequest, ClockDescription>("AdvanceClock", "Puts the broker's clock forward: what was due until then happens at once", """{"ms": 60000}""", ControlJson.Web.AdvanceClockRequest, ControlJson.Web.ClockDescription, AdvanceAsync),
        ControlCommand.Of("Compact", "Compacts a topic now", """{"topic": "orders"}""", ControlJson.Web.TopicRequest, (kafka, request) => kafka.CompactAsync(request.Topic)),
        new ControlCommand<TopicRequest, DeletedSegments>("ApplyRetention", "Deletes now what a topic's retention lets go", """{"topic": "orders"}""", ControlJson.Web.TopicRequest, ControlJson.Web.DeletedSegments, (kafka, request, _) => Task.FromResult(new DeletedSegments(kafka.ApplyRetention(request.Topic)))),
        ControlCommand.Of("Crash", "Ends the broker as kill -9 does; with losesUnflushed as a power cut does", """{"losesUnflushed": false}""", ControlJson.Web.CrashRequest, (kafka, request) => kafka.CrashAsync(request.LosesUnflushed)),
        ControlCommand.Of("Recover", "Starts the broker again on what a crash has left", "{}", ControlJson.Web.NoArguments, (kafka, _) => kafka.RecoverAsync()),
        ControlCommand.Of("FailDisk", "Lets everything on the disk fail (--faulty-disk)", "{}", ControlJson.Web.NoArguments, Do<NoArguments>((disk, _) => disk.Fail())),
        ControlCommand.Of("FillUpDisk", "Lets the disk be full when so many more bytes are written (--faulty-disk)", """{"bytesLeft": 1000}""", ControlJson.Web.FillUpDiskRequest, Do<FillUpDiskRequest>((disk, request) => disk.FillUp(request.BytesLeft))),
        ControlCommand.Of("RepairDisk", "Lets the disk work again (--faulty-disk)", "{}", ControlJson.Web.NoArguments, Do<NoArguments>((disk, _) => disk.Repair())),
    ];

    static Func<EmbeddedKafka, T, Task> Do<T>(Action<EmbeddedDisk, T> change) => (kafka, request) =>
    {
        change(kafka.Disk, request);
        return Task.CompletedTask;
    };

    static Task<ClockDescription> AdvanceAsync(EmbeddedKafka kafka, AdvanceClockRequest request, CancellationToken cancellation)
    {
        if (request.Ms < 0 || request.Ms > MaxMs)
            throw new ArgumentException($"ms: {request.Ms} is not between 0 and {MaxMs}");
        kafka.Clock.Advance(TimeSpan.FromMilliseconds(request.Ms));
        return Task.FromResult(new ClockDescription(kafka.Clock.GetUtcNow(), (long)kafka.Clock.Skipped.TotalMilliseconds));
    }
}
