namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>From the send of a Produce of one record to the answer of the Fetch that waits for it, at a fixed rate that leaves the machine mostly idle.</summary>
sealed class EndToEnd() : Scenario($"produce to fetch, {RatePerSecond}/s", connections: 2, depth: 1)
{
    const int RatePerSecond = 1000;
    const int RecordSize = 100;

    public override bool IsBulk => false;

    public override PreparedScenario Prepare(ControlConnection control, string topic) =>
        new PreparedEndToEnd(new(control, topic, partitionCount: 1), control, TestRequests.Batch(RecordSize, batchBytes: 0), RatePerSecond);
}
