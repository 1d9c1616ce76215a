using System.Text;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>
/// What readers see of the output of a group of transformers: one of committed records reads along from the beginning. A transformed record names its input, and
/// that it is to be aborted.
/// </summary>
sealed class TransactionLedger : IAsyncDisposable
{
    readonly ConfluentClient client;
    readonly string input;
    readonly string output;
    readonly int partitions;
    readonly Lock gate = new();
    readonly List<ClientRecord> seen = [];
    readonly CancellationTokenSource stop = new();
    readonly Task reading;

    public TransactionLedger(ConfluentClient client, string input, string output, int partitions)
    {
        (this.client, this.input, this.output, this.partitions) = (client, input, output, partitions);
        reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What the reader has seen until now.</summary>
    public List<ClientRecord> Seen
    {
        get
        {
            lock (gate)
                return [.. seen];
        }
    }

    /// <summary>Waits until as much was committed as is to be transformed, and checks that each input is there once, in order, as every reader sees it.</summary>
    public async Task IsExactlyOnceAsync()
    {
        var inputs = client.ReadAll(input, partitions).ConvertAll(record => (record.Partition, Value: $"{record.Partition} {record.Offset}"));
        string Differences() => Tell(inputs.ConvertAll(record => record.Value));
        await Eventually.TrueAsync(() => Seen.Count >= inputs.Count, () => $"{Seen.Count} of {inputs.Count} are committed. {Differences()}");
        for (var partition = 0; partition < partitions; partition++)
            Assert.That(Seen.Where(record => record.Partition == partition).Select(Value), Is.EqualTo(inputs.Where(record => record.Partition == partition).Select(record => record.Value)), Differences);

        var all = client.ReadAll(output, partitions, IsolationLevel.ReadUncommitted);
        Assert.That(Lines(client.ReadAll(output, partitions)), Is.EqualTo(Lines(Seen)), "a reader that begins later");
        Assert.That(Lines(Seen), Is.SubsetOf(Lines(all)));
        Assert.That(all.Select(Value), Has.Some.StartsWith("aborted"), "no transaction was aborted");
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading;
        stop.Dispose();
    }

    void Read()
    {
        using var consumer = client.Consumer(config => (config.IsolationLevel, config.ReconnectBackoffMaxMs, config.EnablePartitionEof) = (IsolationLevel.ReadCommitted, 200, false));
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(output, partition, Offset.Beginning)));
        while (!stop.IsCancellationRequested)
        {
            if (ConsumeOne(consumer) is not { } result)
                continue;
            lock (gate)
                seen.Add(ConfluentClient.FromResult(result));
        }
    }

    // While the broker restarts there are errors.
    static ConsumeResult<byte[]?, byte[]?>? ConsumeOne(IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            return consumer.Consume(TimeSpan.FromMilliseconds(50));
        }
        catch (ConsumeException)
        {
            return null;
        }
    }

    string Tell(List<string> inputs)
    {
        var values = Seen.ConvertAll(Value);
        var repeated = Seen.GroupBy(Value).Where(group => group.Count() > 1).Select(group => $"{group.Key} at {string.Join(", ", group.Select(record => $"{record.Partition}-{record.Offset}"))}");
        return $"Missing: {string.Join(", ", inputs.Except(values).Take(10))}. Repeated: {string.Join(", ", repeated.Take(10))}. Unknown: {string.Join(", ", values.Except(inputs).Take(10))}.";
    }

    static List<string> Lines(IEnumerable<ClientRecord> records) => [.. records.Select(record => record.ToString()).Order(StringComparer.Ordinal)];

    static string Value(ClientRecord record) => Encoding.UTF8.GetString(record.Value!);
}
