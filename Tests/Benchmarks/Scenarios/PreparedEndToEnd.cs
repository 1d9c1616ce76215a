using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>The two frames of an end-to-end round, and what the broker answers to them.</summary>
sealed class PreparedEndToEnd : PreparedScenario
{
    const long FirstOffset = 0;

    readonly int ratePerSecond;
    readonly byte[] produce;
    readonly byte[] produceAnswer;
    readonly byte[] fetchAnswer;
    readonly FetchFrame fetch;

    public PreparedEndToEnd(TestTopic topic, ControlConnection control, byte[] batch, int ratePerSecond)
        : base(topic)
    {
        this.ratePerSecond = ratePerSecond;
        produce = Frame.Encode(TestRequests.Produce(topic.Id, partition: 0, batch));
        produceAnswer = control.Exchange(produce);
        fetch = new(topic.Id, maxBytes: 1 << 20);
        fetchAnswer = control.Exchange(fetch.From(FirstOffset));
    }

    public override Measurement Run(Target target, LoadWindow window)
    {
        using var producer = target.Connect(Role.AnswerAndRelease, produceAnswer);
        using var consumer = target.Connect(Role.Wait, fetchAnswer);
        var warmUpCount = (int)(window.WarmUp.TotalSeconds * ratePerSecond);
        var count = warmUpCount + (int)(window.Measured.TotalSeconds * ratePerSecond);
        var run = new EndToEndRun(producer, produce, consumer, fetch, firstOffset: target.IsLimit ? FirstOffset : Topic.RecordCount(), count, warmUpCount);
        var (elapsed, usage) = run.Run(target.Server, ratePerSecond);
        var measured = run.Latency.Count;
        return new(elapsed, measured, measured * (produce.Length + produceAnswer.Length + fetchAnswer.Length), usage, run.Latency, count);
    }
}
