using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support.Histories;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>A message of a transaction, to be sent again when it is over.</summary>
/// <param name="What">For who reads a run.</param>
/// <param name="Id">The transactional id.</param>
/// <param name="Producer">What the producer was in that transaction.</param>
/// <param name="Transaction">The transaction.</param>
/// <param name="IsBatch">It is what a log knows to be a duplicate, whatever the epoch.</param>
/// <param name="IsMarker">It may leave a marker in the log, which ends nothing.</param>
/// <param name="Send">Sends it.</param>
sealed record LateMessage(string What, TransactionalId Id, ProducerIdAndEpoch Producer, HistoryTransaction? Transaction, bool IsBatch, bool IsMarker, Action Send);

/// <summary>All that was said in transactions, which comes again during later ones and changes nothing.</summary>
sealed class LateMessages(TransactionSimulation world)
{
    const int MostKept = 60;

    readonly List<LateMessage> messages = [];

    public void Add(LateMessage message)
    {
        messages.Add(message);
        if (messages.Count > MostKept)
            messages.RemoveAt(0);
    }

    /// <summary>
    /// A request of a producer's transaction. One of transaction version 1 that comes late within the same epoch is taken for one of the next transaction, by Kafka too;
    /// only a batch is known by its sequence numbers.
    /// </summary>
    public void Add<TRequest, TResponse>(string what, SimulatedProducer producer, IRequest<TRequest, TResponse> request, short version, bool isBatch = false)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse> =>
        Add(new(what, producer.Id, producer.Producer, producer.Transaction, isBatch, IsMarker: false, () => world.Ask(request, version)));

    public void Replay(Random random, int count)
    {
        var late = messages.FindAll(IsLate);
        if (late.Count == 0)
            return;
        var facts = TransactionFacts.Of(world);
        for (var i = 0; i < count && !world.HasFailed; i++)
            facts = Replay(late[random.Next(late.Count)], facts);
    }

    static bool IsLate(LateMessage message) => message.Producer != message.Id.Newest
        || (message.IsBatch && message.Transaction is { Outcome: TransactionOutcome.Committed });

    TransactionFacts Replay(LateMessage message, TransactionFacts before)
    {
        world.Note($"late: {message.What} of {message.Id} as {message.Producer}");
        message.Send();
        var after = TransactionFacts.Of(world);
        if (world.HasFailed)
            return after;
        Assert.That(after.Lines, Is.EqualTo(before.Lines), $"a late {message.What} of {message.Id} as {message.Producer} changes nothing");
        if (!message.IsMarker)
            Assert.That(after.Ends, Is.EqualTo(before.Ends), $"a late {message.What} of {message.Id} as {message.Producer} appends nothing");
        return after;
    }
}
