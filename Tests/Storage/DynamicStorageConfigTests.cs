using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

public sealed class DynamicStorageConfigTests : IDisposable
{
    readonly TestBroker broker = new(("num.io.threads", "2"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Threads_that_may_block_grow_and_shrink()
    {
        Assert.That(Set("num.io.threads", "4"), Is.Null);
        Assert.That(broker.Storage.Executor.ThreadCount, Is.EqualTo(4));

        Assert.That(Set("num.io.threads", "3"), Is.Null);
        Assert.That(broker.Storage.Executor.ThreadCount, Is.EqualTo(3));
    }

    [Test]
    public void A_config_that_is_deleted_gives_way_to_what_the_broker_was_started_with()
    {
        Set("num.io.threads", "4");
        Set("num.io.threads", null);

        Assert.That(broker.Storage.Executor.ThreadCount, Is.EqualTo(2));
    }

    [TestCase("num.io.threads", "5", "Dynamic thread count update validation failed for num.io.threads=5, value should not be greater than double the current value 2")]
    [TestCase("num.recovery.threads.per.data.dir", "9", "Dynamic thread count update validation failed for num.recovery.threads.per.data.dir=9, value should not be greater than double the current value 2")]
    [TestCase("log.cleaner.threads", "3", "Log cleaner threads cannot be increased to more than double the current value 1")]
    [TestCase("log.cleaner.threads", "0", "Log cleaner threads should be at least 1")]
    public void Threads_do_not_change_by_more_than_a_half(string name, string value, string reason)
    {
        Assert.That(Set(name, value), Is.EqualTo($"Invalid dynamic configuration: {reason}"));
        Assert.That(broker.Storage.Executor.ThreadCount, Is.EqualTo(2));
    }

    [Test]
    public void Idle_producers_are_kept_for_the_new_time()
    {
        Assert.That(Set("producer.id.expiration.ms", "1000"), Is.Null);

        Assert.That(broker.Storage.Logs.Environment.ProducerIdExpirationMs, Is.EqualTo(1000));
    }

    [Test]
    public void Transactions_are_not_verified_any_more()
    {
        Assert.That(Set("transaction.partition.verification.enable", "false"), Is.Null);

        Assert.That(broker.Storage.Logs.Environment.VerifiesTransactions, Is.False);
    }

    [Test]
    public void A_restarted_broker_has_the_threads_that_were_set()
    {
        Set("num.io.threads", "4");

        using var next = broker.Restart();

        Assert.That(next.Storage.Executor.ThreadCount, Is.EqualTo(4));
    }

    string? Set(string name, string? value)
    {
        var request = new IncrementalAlterConfigsRequest
        {
            Resources = [new() { ResourceType = 4, ResourceName = "", Configs = [new() { Name = name, ConfigOperation = (sbyte)(value is null ? 1 : 0), Value = value }] }],
        };
        var result = broker.Connect().Send(request, 1).Responses.Single();
        Assert.That(result.ErrorCode, Is.EqualTo(result.ErrorMessage is null ? ErrorCode.None : ErrorCode.InvalidRequest));
        return result.ErrorMessage;
    }
}
