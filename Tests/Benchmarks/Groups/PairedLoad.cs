using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>Requests of groups and Metadata requests in turn, on as many connections to one broker.</summary>
sealed class PairedLoad(GroupPlan plan, Table table)
{
    public const int Connections = 8;

    const int Depth = 4;
    const int SmallRingSize = 256;

    /// <param name="name">What is requested.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="requests">The requests, which the connections share out and repeat; all are answered in as many bytes.</param>
    /// <param name="errorOf">Takes the error out of an answer: some requests are sent by themselves before and after.</param>
    public void Run<TRequest, TResponse>(string name, GroupBroker broker, IReadOnlyCollection<TRequest> requests, Func<TResponse, ErrorCode> errorOf)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var shares = requests.Chunk(requests.Count / Connections).ToList();
        Check();
        var load = new Workload(shares.ConvertAll(share => new FrameRing(Array.ConvertAll(share, request => Frame.Encode(request)))), Depth, broker.Control.Exchange(Frame.Encode(shares[0][0])));
        var small = SmallRequests(broker);
        RunRound(plan.WarmUp, isLoadFirst: true);
        var result = new ScenarioResult($"{name}, {Connections}x{Depth}", isBulk: false, "metadata");
        for (var round = 0; round < plan.Rounds; round++)
        {
            var (ofLoad, ofSmall) = RunRound(plan.Window, isLoadFirst: round % 2 == 0);
            result.Add(ofLoad, ofSmall);
        }

        Check();
        result.WriteTo(table);

        void Check() => shares.ForEach(share => TestTopic.Check(errorOf(broker.Control.Send(share[0])), name));

        (Measurement OfLoad, Measurement OfSmall) RunRound(LoadWindow window, bool isLoadFirst)
        {
            var first = LoadRun.Run(broker.Target, isLoadFirst ? load : small, window);
            var second = LoadRun.Run(broker.Target, isLoadFirst ? small : load, window);
            return isLoadFirst ? (first, second) : (second, first);
        }
    }

    static Workload SmallRequests(GroupBroker broker)
    {
        var ring = new FrameRing([.. Enumerable.Repeat(broker.SmallRequest, SmallRingSize)]);
        return new([.. Enumerable.Repeat(ring, Connections)], Depth, broker.Control.Exchange(ring.First));
    }
}
