using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>A load of prebuilt frames; every request of it has to leave the given number of records in the topic.</summary>
sealed class PreparedWorkload(TestTopic topic, Workload workload, int recordsPerRequest) : PreparedScenario(topic)
{
    public override Measurement Run(Target target, LoadWindow window)
    {
        if (target.IsLimit)
            return LoadRun.Run(target, workload, window);
        var before = Topic.RecordCount();
        var measurement = LoadRun.Run(target, workload, window);
        var appended = Topic.RecordCount() - before;
        return appended == measurement.Answered * recordsPerRequest
            ? measurement
            : throw new InvalidDataException($"{measurement.Answered} requests of {recordsPerRequest} records were answered, {appended} records are in the log.");
    }
}
