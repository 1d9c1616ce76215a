using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>A producer without transactions, idempotent or not, beside those with them.</summary>
sealed class SimulatedPlainProducer(TransactionSimulation world, string name, bool isIdempotent)
{
    readonly Dictionary<TopicPartition, int> sequences = [];
    ProducerIdAndEpoch producer = ProducerIdAndEpoch.None;
    SimulatedBatch? unanswered;
    SimulatedBatch? last;

    public void Step(TopicPartition partition, Random random)
    {
        if (isIdempotent && producer == ProducerIdAndEpoch.None)
            Init();
        else if (unanswered is not null)
            Send(unanswered);
        else if (isIdempotent && last is not null && random.Next(4) == 0)
            Send(last);
        else if (isIdempotent && random.Next(8) == 0)
            BumpEpoch();
        else
            Send(Batch(partition, random));
    }

    void Init()
    {
        var response = world.Ask(new InitProducerIdRequest { TransactionalId = null, ProducerId = RecordBatch.NoProducerId, ProducerEpoch = RecordBatch.NoProducerEpoch }, 5);
        if (response is null || world.IsFailure(response.ErrorCode))
            return;
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        producer = new(response.ProducerId, response.ProducerEpoch);
    }

    /// <summary>An idempotent producer does it by itself (KIP-360).</summary>
    void BumpEpoch()
    {
        producer = producer with { Epoch = (short)(producer.Epoch + 1) };
        sequences.Clear();
        last = null;
    }

    SimulatedBatch Batch(TopicPartition partition, Random random)
    {
        var send = world.History.Send($"{name} as {producer}", partition, [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => $"v{world.Next()}")], isIdempotent: isIdempotent);
        return new(partition, producer, isIdempotent ? sequences.GetValueOrDefault(partition) : RecordBatch.NoSequence, send, TransactionalId: null);
    }

    void Send(SimulatedBatch batch)
    {
        var answer = world.Ask(batch.Request(), 12)?.Responses.Single().PartitionResponses.Single();
        world.Note($"{name} as {producer} produces {batch}: {answer?.ErrorCode}");
        unanswered = null;
        if (answer is not { } appended || world.IsFailure(appended.ErrorCode))
        {
            batch.Send.Lose();
            unanswered = isIdempotent ? batch : null;
            return;
        }

        Assert.That(appended.ErrorCode, Is.EqualTo(ErrorCode.None), $"{name} produces {batch}");
        batch.Send.Acknowledge(appended.BaseOffset);
        if (isIdempotent)
            sequences[batch.Partition] = batch.NextSequence;
        last = batch;
    }
}
