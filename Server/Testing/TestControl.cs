using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Handlers;
using NettyKafka.Testing.Faults;

namespace NettyKafka.Testing;

/// <summary>Where the controls of a test step into the broker.</summary>
sealed class TestControl
{
    public TestControl(TimeProvider time, Func<Broker?> broker)
    {
        var injection = new FaultInjection(Faults, time, () => broker()?.Cluster.Image ?? ClusterImage.Empty);
        Interceptors = new()
        {
            AroundHandler = injection.ServeAsync,
            OnPartition = injection.ErrorOf,
        };
    }

    public FaultRules Faults { get; } = new();

    public Interceptors Interceptors { get; }
}
