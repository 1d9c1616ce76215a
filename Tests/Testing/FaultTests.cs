using System.Diagnostics;
using Confluent.Kafka;
using NettyKafka.Codec.Messages;
using NettyKafka.Testing;
using NettyKafka.Testing.Faults;
using ErrorCode = NettyKafka.Codec.Wire.ErrorCode;

namespace NettyKafka.Tests.Testing;

/// <summary>What goes wrong, as a client sees it.</summary>
public sealed class FaultTests
{
    [Test]
    public async Task A_producer_tries_again_what_was_refused()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders", 2) } });
        var fault = kafka.Faults.Add(new() { Apis = ["Produce"], Topic = "orders", Partitions = [1], Error = ErrorCode.NotLeaderOrFollower, Count = 2 });
        using var producer = Producer(kafka);

        await producer.ProduceAsync(new TopicPartition("orders", 0), new() { Value = "a" });
        Assert.That(fault.Hits, Is.Zero, "of another partition");
        await producer.ProduceAsync(new TopicPartition("orders", 1), new() { Value = "b" });

        Assert.That(fault.Hits, Is.EqualTo(2));
        Assert.That(await ValuesAsync(kafka), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task An_error_before_the_work_leaves_no_record()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Faults.Add(new() { Apis = ["Produce"], Error = ErrorCode.MessageTooLarge });
        using var producer = Producer(kafka);

        Assert.That(() => producer.ProduceAsync("orders", new() { Value = "a" }), Throws.TypeOf<ProduceException<Null, string>>().With.Property("Error").Property("Code").EqualTo(Confluent.Kafka.ErrorCode.MsgSizeTooLarge));
        Assert.That(await ValuesAsync(kafka), Is.Empty);
    }

    [TestCase(ErrorCode.RequestTimedOut)]
    [TestCase(ErrorCode.NotEnoughReplicasAfterAppend)]
    public async Task A_timeout_of_Produce_comes_after_its_record_was_written(ErrorCode error)
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Faults.Add(new() { Apis = ["Produce"], Error = error, Count = 1 });
        using var producer = Producer(kafka, config => config.MessageSendMaxRetries = 0);

        Assert.That(() => producer.ProduceAsync("orders", new() { Value = "a" }), Throws.TypeOf<ProduceException<Null, string>>());
        Assert.That(await ValuesAsync(kafka), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task An_idempotent_producer_writes_once_though_answers_are_lost()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var fault = kafka.Faults.Add(new() { Apis = ["Produce"], Drop = true, Count = 1 });
        using var producer = Producer(kafka, config => (config.EnableIdempotence, config.SocketTimeoutMs, config.RequestTimeoutMs) = (true, 500, 300));

        await producer.ProduceAsync("orders", new() { Value = "a" });

        Assert.That(fault.Hits, Is.EqualTo(1));
        Assert.That(await ValuesAsync(kafka), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_request_that_is_lost_is_not_served()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var fault = kafka.Faults.Add(new() { Apis = ["Produce"], BlackHole = true });
        using var producer = Producer(kafka, config => (config.SocketTimeoutMs, config.RequestTimeoutMs, config.MessageTimeoutMs) = (400, 300, 900));

        Assert.That(() => producer.ProduceAsync("orders", new() { Value = "a" }), Throws.TypeOf<ProduceException<Null, string>>());
        await fault.WaitAsync();
        Assert.That(await ValuesAsync(kafka), Is.Empty);
    }

    [TestCase(FaultTime.Before, 1)]
    [TestCase(FaultTime.After, 2)]
    public async Task A_connection_closes_before_or_after_the_work(FaultTime when, int written)
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var fault = kafka.Faults.Add(new() { Apis = ["Produce"], CloseConnection = true, When = when, Count = 1 });
        using var producer = Producer(kafka);

        await producer.ProduceAsync("orders", new() { Value = "a" });

        Assert.That(fault.Hits, Is.EqualTo(1));
        Assert.That(await ValuesAsync(kafka), Has.Count.EqualTo(written), "a producer that is not idempotent sends again");
    }

    [Test]
    public async Task A_consumer_gets_past_a_batch_that_came_corrupt()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Records = { new("orders", null, "a") } });
        var fault = kafka.Faults.Add(new() { Topic = "orders", CorruptRecords = true, Count = 1 });
        using var consumer = Consumer(kafka, config => config.CheckCrcs = true);
        consumer.Assign(new TopicPartitionOffset("orders", 0, 0));

        var error = Assert.Throws<ConsumeException>(() => consumer.Consume(TimeSpan.FromSeconds(10)))!.Error.Code;
        consumer.Seek(new("orders", 0, 0));

        Assert.That((error, fault.Hits), Is.EqualTo((Confluent.Kafka.ErrorCode.Local_BadMsg, 1)));
        Assert.That(consumer.Consume(TimeSpan.FromSeconds(10))?.Message.Value, Is.EqualTo("a"));
    }

    [Test]
    public async Task Fetches_that_bring_nothing_do_not_use_up_what_corrupts_records()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders") } });
        var fault = kafka.Faults.Add(new() { Topic = "orders", CorruptRecords = true, Count = 1 });
        using var consumer = Consumer(kafka, config => (config.CheckCrcs, config.FetchWaitMaxMs) = (true, 20));
        consumer.Assign(new TopicPartitionOffset("orders", 0, 0));
        await kafka.Wait.ForRequestsAsync("Fetch", 4);
        Assert.That(fault.Hits, Is.Zero);

        await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "a"));

        Assert.That(() => consumer.Consume(TimeSpan.FromSeconds(10)), Throws.TypeOf<ConsumeException>().With.Property("Error").Property("Code").EqualTo(Confluent.Kafka.ErrorCode.Local_BadMsg));
        Assert.That(fault.Hits, Is.EqualTo(1));
    }

    [Test]
    public async Task A_delay_makes_a_request_wait()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var fault = kafka.Faults.Add(new() { Apis = ["Produce"], Delay = TimeSpan.FromMilliseconds(200), Count = 1 });
        using var producer = Producer(kafka);
        var started = Stopwatch.GetTimestamp();

        await producer.ProduceAsync("orders", new() { Value = "a" });

        Assert.That(Stopwatch.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromMilliseconds(190)));
        Assert.That(fault.Hits, Is.EqualTo(1));
    }

    [Test]
    public async Task A_client_hears_that_it_is_throttled()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Faults.Add(new() { Apis = ["Produce"], ThrottleTimeMs = 123, Count = 1 });
        var throttled = new TaskCompletionSource<string>();
        var config = new ProducerConfig { BootstrapServers = kafka.BootstrapServers, Debug = "broker", StatisticsIntervalMs = 50 };
        using var producer = new ProducerBuilder<Null, string>(config).SetLogHandler((_, _) => { }).SetStatisticsHandler((_, json) =>
        {
            if (json.Contains("\"max\":123,", StringComparison.Ordinal))
                throttled.TrySetResult(json);
        }).Build();

        await producer.ProduceAsync("orders", new() { Value = "a" });

        Assert.That(await throttled.Task.WaitAsync(TimeSpan.FromSeconds(10)), Does.Contain("throttle"));
    }

    [Test]
    public async Task A_request_without_partitions_fails_as_a_whole()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var fault = kafka.Faults.Add(new() { Apis = ["CreateTopics"], Error = ErrorCode.PolicyViolation, Topic = "orders" });
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();

        Assert.That(
            () => admin.CreateTopicsAsync([new() { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 }]),
            Throws.TypeOf<Confluent.Kafka.Admin.CreateTopicsException>().With.Message.Contains("Policy violation"));
        await admin.CreateTopicsAsync([new() { Name = "others", NumPartitions = 1, ReplicationFactor = 1 }]);

        Assert.That(admin.GetMetadata(TimeSpan.FromSeconds(5)).Topics.Select(topic => topic.Topic), Is.EqualTo(new[] { "others" }));
        Assert.That(fault.Hits, Is.EqualTo(1));
    }

    [Test]
    public async Task A_group_finds_its_coordinator_again()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Records = { new("orders", null, "a") } });
        var moved = kafka.Faults.Add(new() { Apis = ["JoinGroup"], Group = "test", Error = ErrorCode.NotCoordinator, Count = 1 });
        var other = kafka.Faults.Add(new() { Apis = ["JoinGroup"], Group = "other", Error = ErrorCode.GroupAuthorizationFailed });
        using var consumer = Consumer(kafka);
        consumer.Subscribe("orders");

        Assert.That(consumer.Consume(TimeSpan.FromSeconds(10))?.Message.Value, Is.EqualTo("a"));
        Assert.That((moved.Hits, other.Hits), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task An_interceptor_sees_requests_and_may_answer_by_itself()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var topics = new List<string>();
        var fault = kafka.Faults.Intercept<ProduceRequest, ProduceResponse>(new() { Count = 1 }, async (request, next) =>
        {
            topics.Add(request.TopicData[0].Name);
            var response = await next();
            response!.Responses[0].PartitionResponses[0] = new() { BaseOffset = 4711 };
            return response;
        });
        using var producer = Producer(kafka);

        var first = await producer.ProduceAsync("orders", new() { Value = "a" });
        var second = await producer.ProduceAsync("orders", new() { Value = "b" });

        Assert.That((topics.Single(), first.Offset.Value, second.Offset.Value, fault.Hits), Is.EqualTo(("orders", 4711L, 1L, 1)));
    }

    [Test]
    public async Task An_interceptor_that_throws_says_so_to_who_waits_for_it()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var fault = kafka.Faults.Intercept(new() { Apis = ["Produce"], Count = 1 }, _ => throw new NotSupportedException("not this one"));
        using var producer = Producer(kafka);
        var producing = producer.ProduceAsync("orders", new() { Value = "a" });

        Assert.That(() => fault.WaitAsync(), Throws.InvalidOperationException.With.Message.Contains("not this one"));
        await producing;
    }

    [Test]
    public async Task Rules_are_asked_in_their_order_and_can_be_removed()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var first = kafka.Faults.Add(new() { Apis = ["Produce"], Error = ErrorCode.NotLeaderOrFollower, Skip = 1, Count = 1 });
        var second = kafka.Faults.Add(new() { Apis = ["Produce"], Error = ErrorCode.KafkaStorageError, Count = 2 });
        var third = kafka.Faults.Add(new() { Apis = ["Produce"], Error = ErrorCode.MessageTooLarge });
        Assert.That(kafka.Faults.List(), Is.EqualTo(new[] { first, second, third }));
        Assert.That(third.Remove(), Is.True);
        Assert.That(kafka.Faults.Find(third.Id), Is.Null);
        using var producer = Producer(kafka);

        await producer.ProduceAsync("orders", new() { Value = "a" });

        Assert.That((first.Hits, second.Hits, third.Hits), Is.EqualTo((1, 2, 0)));
        kafka.Faults.Clear();
        Assert.That(kafka.Faults.List(), Is.Empty);
    }

    [Test]
    public async Task A_seed_makes_chance_the_same_every_time()
    {
        var runs = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            await using var kafka = await EmbeddedKafka.StartAsync();
            var fault = kafka.Faults.Add(new() { Apis = ["Produce"], Error = ErrorCode.InvalidRecord, Probability = 0.5, Seed = 7 });
            using var producer = Producer(kafka, config => config.MessageSendMaxRetries = 0);
            var results = "";
            for (var i = 0; i < 20; i++)
            {
                var before = fault.Hits;
                try
                {
                    await producer.ProduceAsync("orders", new() { Value = "a" });
                }
                catch (ProduceException<Null, string>)
                {
                }
                results += fault.Hits == before ? '.' : 'x';
            }
            runs.Add(results);
        }

        Assert.That(runs[0], Is.EqualTo(runs[1]).And.Contains("x").And.Contains("."));
    }

    [Test]
    public async Task A_seed_that_is_not_given_is_told()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();

        Assert.That(kafka.Faults.Add(new() { Drop = true, Probability = 0.1 }).Rule.Seed, Is.Not.Null);
    }

    internal static IProducer<Null, string> Producer(EmbeddedKafka kafka, Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 0, RetryBackoffMs = 10, RetryBackoffMaxMs = 20, ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 50 };
        configure?.Invoke(config);
        return new ProducerBuilder<Null, string>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    internal static IConsumer<string, string> Consumer(EmbeddedKafka kafka, Action<ConsumerConfig>? configure = null)
    {
        var config = new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "test", AutoOffsetReset = AutoOffsetReset.Earliest, FetchWaitMaxMs = 50 };
        configure?.Invoke(config);
        return new ConsumerBuilder<string, string>(config).SetLogHandler((_, _) => { }).Build();
    }

    static async Task<IReadOnlyList<string?>> ValuesAsync(EmbeddedKafka kafka) => [.. (await kafka.ReadAllAsync("orders")).Select(record => record.ValueText)];
}
