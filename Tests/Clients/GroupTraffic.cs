using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Produces to partitions, one record each in turn, until it is disposed of: then all that was sent is acknowledged.</summary>
sealed class GroupTraffic : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly Task producing;

    public GroupTraffic(ConfluentClient client, GroupLedger ledger, IReadOnlyList<TopicPartition> partitions) =>
        producing = Task.Run(() => ProduceAsync(client, ledger, partitions));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await producing;
        stop.Dispose();
    }

    async Task ProduceAsync(ConfluentClient client, GroupLedger ledger, IReadOnlyList<TopicPartition> partitions)
    {
        var errors = new List<Error>();
        using var producer = client.Producer(config => config.ReconnectBackoffMaxMs = 200);
        while (!stop.IsCancellationRequested)
        {
            foreach (var partition in partitions)
                producer.Produce(partition, new() { Value = [1] }, report =>
                {
                    if (report.Error.IsError)
                        errors.Add(report.Error);
                    else
                        ledger.Produced(report.TopicPartitionOffset);
                });
            await Task.Delay(20);
        }
        producer.Flush(TimeSpan.FromSeconds(60));
        Assert.That(errors, Is.Empty);
    }
}
