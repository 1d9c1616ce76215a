using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>A transactional id as its producers know it together: who has it, and as what.</summary>
sealed class TransactionalId(string name)
{
    public string Name => name;

    /// <summary>Who has it for sure; null while somebody may have taken it.</summary>
    public SimulatedProducer? Owner { get; set; }

    /// <summary>The newest producer id and epoch that anybody was told: whatever comes with an older one is late.</summary>
    public ProducerIdAndEpoch Newest { get; set; } = ProducerIdAndEpoch.None;

    public override string ToString() => name;
}
