using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Handlers;
using NettyKafka.Testing.Faults;
using NettyKafka.Testing.Journal;
using NettyKafka.Testing.Waiters;

namespace NettyKafka.Testing;

/// <summary>Where the controls of a test step into the broker.</summary>
sealed class TestControl
{
    public TestControl(TimeProvider time, Func<Broker?> broker)
    {
        var injection = new FaultInjection(Faults, time, () => broker()?.Cluster.Image ?? ClusterImage.Empty);
        Journal = new(time, injection);
        Interceptors = new()
        {
            AroundHandler = ServeAsync,
            OnPartition = injection.ErrorOf,
            OnConnect = (node, _) => Faults.Refusals.Accepts(node.Id),
            VersionsOf = Faults.Versions.Of,
        };
    }

    public FaultRules Faults { get; } = new();

    public RequestJournal Journal { get; }

    public RequestCounts Counts { get; } = new();

    public Interceptors Interceptors { get; }

    async ValueTask<object?> ServeAsync(RequestContext context, object request, Func<ValueTask<object?>> next)
    {
        Counts.Add(context.Header.RequestApiKey);
        return Faults.Versions.Narrow(await Journal.ServeAsync(context, request, next));
    }
}
