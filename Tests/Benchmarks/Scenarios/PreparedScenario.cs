using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>A scenario's topic and load for one round.</summary>
abstract class PreparedScenario(TestTopic topic) : IDisposable
{
    protected TestTopic Topic => topic;

    public abstract Measurement Run(Target target, LoadWindow window);

    public void Dispose() => topic.Dispose();
}
