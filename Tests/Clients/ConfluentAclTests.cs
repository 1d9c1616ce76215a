using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Confluent.Kafka with rights and without: who may not is told so, and learns no names.</summary>
public sealed class ConfluentAclTests : AclFixture
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(20);

    // librdkafka has it, its .NET client has no name for it.
    const ResourceType TransactionalId = (ResourceType)5;

    [Test]
    public async Task Acls_are_created_described_and_deleted_and_survive_a_restart()
    {
        using var admin = Admin(User, Password);
        var topic = Allow(AclOperation.Write, ResourceType.Topic, "orders-", ResourcePatternType.Prefixed);
        var group = Allow(AclOperation.Read, ResourceType.Group, "clerks");
        await admin.CreateAclsAsync([topic, group]);

        await Broker.RestartAsync();
        Assert.That(await DescribeAsync(admin, ResourceType.Any, null), Is.SupersetOf(new[] { topic, group }));
        Assert.That(await DescribeAsync(admin, ResourceType.Topic, "orders-2026", ResourcePatternType.Match), Is.EqualTo(new[] { topic }));

        var deleted = await admin.DeleteAclsAsync([Filter(ResourceType.Group, "clerks")]);
        Assert.That(deleted.Single().AclBindings, Is.EqualTo(new[] { group }));
        Assert.That(await DescribeAsync(admin, ResourceType.Group, "clerks"), Is.Empty);
    }

    [Test]
    public async Task A_producer_needs_the_right_to_write()
    {
        using var admin = Admin(User, Password);
        var topic = await TopicAsync(admin);
        await admin.CreateAclsAsync([Allow(AclOperation.Describe, ResourceType.Topic, topic)]);
        using var producer = new ProducerBuilder<Null, string>(Config(Other, OtherPassword)).SetLogHandler((_, _) => { }).Build();

        var refused = Assert.ThrowsAsync<ProduceException<Null, string>>(() => producer.ProduceAsync(topic, new() { Value = "no" }));
        Assert.That(refused!.Error.Code, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
        Assert.That(Broker.Log, Does.Contain($"Principal = User:{Other} is Denied"));

        await admin.CreateAclsAsync([Allow(AclOperation.Write, ResourceType.Topic, topic)]);
        using var allowed = new ProducerBuilder<Null, string>(new ProducerConfig(Config(Other, OtherPassword)) { EnableIdempotence = true }).Build();
        var written = await allowed.ProduceAsync(topic, new() { Value = "yes" });
        Assert.That(written.Offset.Value, Is.Zero, "what was refused left nothing behind");
    }

    [Test]
    public async Task A_consumer_needs_the_rights_to_read_topic_and_group()
    {
        using var admin = Admin(User, Password);
        var topic = await TopicAsync(admin);
        using (var producer = new ProducerBuilder<Null, string>(Config(User, Password)).Build())
            await producer.ProduceAsync(topic, new() { Value = "hello" });

        Assert.That(Failure(topic), Is.EqualTo(ErrorCode.GroupAuthorizationFailed));
        await admin.CreateAclsAsync([Allow(AclOperation.Read, ResourceType.Group, topic)]);
        Assert.That(Failure(topic), Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
        await admin.CreateAclsAsync([Allow(AclOperation.Read, ResourceType.Topic, topic)]);

        using var consumer = Subscribe(topic);
        Assert.That(consumer.Consume(limit)?.Message.Value, Is.EqualTo("hello"));
        consumer.Close();
    }

    [Test]
    public async Task A_transaction_needs_the_right_to_write_with_its_id()
    {
        using var admin = Admin(User, Password);
        var id = $"id-{Guid.NewGuid():N}";
        using (var refused = Transactional(id))
            Assert.That(Assert.Throws<KafkaException>(() => refused.InitTransactions(limit))!.Error.Code, Is.EqualTo(ErrorCode.TransactionalIdAuthorizationFailed));

        await admin.CreateAclsAsync([Allow(AclOperation.Write, TransactionalId, id)]);

        using var allowed = Transactional(id);
        Assert.That(() => allowed.InitTransactions(limit), Throws.Nothing);
    }

    [Test]
    public async Task Only_topics_that_may_be_described_are_told()
    {
        using var admin = Admin(User, Password);
        var (open, secret) = (await TopicAsync(admin), await TopicAsync(admin));
        await admin.CreateAclsAsync([Allow(AclOperation.Describe, ResourceType.Topic, open)]);
        using var others = Admin(Other, OtherPassword);

        Assert.That(others.GetMetadata(limit).Topics.Select(topic => topic.Topic), Does.Contain(open).And.Not.Contain(secret));
        var refused = Assert.ThrowsAsync<DescribeTopicsException>(() => others.DescribeTopicsAsync(TopicCollection.OfTopicNames([secret])));
        Assert.That(refused!.Results.TopicDescriptions.Single().Error.Code, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
        var unknown = Assert.ThrowsAsync<DescribeTopicsException>(() => others.DescribeTopicsAsync(TopicCollection.OfTopicNames(["there-is-no-such-topic"])));
        Assert.That(unknown!.Results.TopicDescriptions.Single().Error.Code, Is.EqualTo(ErrorCode.TopicAuthorizationFailed), "whether it exists is not told");
    }

    [Test]
    public async Task Who_asks_is_told_what_it_may_do()
    {
        using var admin = Admin(User, Password);
        var topic = await TopicAsync(admin);
        await admin.CreateAclsAsync([Allow(AclOperation.Read, ResourceType.Topic, topic), Allow(AclOperation.Describe, ResourceType.Broker, "kafka-cluster")]);
        using var others = Admin(Other, OtherPassword);

        var described = await others.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]), new() { IncludeAuthorizedOperations = true });
        Assert.That(described.TopicDescriptions.Single().AuthorizedOperations, Is.EquivalentTo(new[] { AclOperation.Read, AclOperation.Describe }));
        var cluster = await others.DescribeClusterAsync(new() { IncludeAuthorizedOperations = true });
        await admin.DeleteAclsAsync([Filter(ResourceType.Broker, "kafka-cluster")]);
        Assert.That(cluster.AuthorizedOperations, Is.EquivalentTo(new[] { AclOperation.Describe }));
    }

    [Test]
    public async Task What_is_the_administrators_is_refused_to_others()
    {
        using var admin = Admin(User, Password);
        var topic = await TopicAsync(admin);
        using var others = Admin(Other, OtherPassword);

        Assert.That(Assert.ThrowsAsync<DeleteTopicsException>(() => others.DeleteTopicsAsync([topic]))!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
        Assert.That(Assert.ThrowsAsync<CreateTopicsException>(() => others.CreateTopicsAsync([new() { Name = "mine", NumPartitions = 1 }]))!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
        Assert.That(Assert.ThrowsAsync<CreateAclsException>(() => others.CreateAclsAsync([Allow(AclOperation.All, ResourceType.Topic, "*")]))!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.ClusterAuthorizationFailed));
        Assert.That(await DescribeAsync(others, ResourceType.Any, null), Is.Empty, "librdkafka does not pass the error on");
        Assert.That(admin.GetMetadata(topic, limit).Topics.Single().Error.IsError, Is.False);
    }

    ErrorCode Failure(string topic)
    {
        using var consumer = Subscribe(topic);
        var error = Assert.Throws<ConsumeException>(() => consumer.Consume(limit))!.Error.Code;
        consumer.Close();
        return error;
    }

    IConsumer<Ignore, string> Subscribe(string topic)
    {
        var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig(Config(Other, OtherPassword)) { GroupId = topic, AutoOffsetReset = AutoOffsetReset.Earliest }).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(topic);
        return consumer;
    }

    IProducer<Null, string> Transactional(string id) =>
        new ProducerBuilder<Null, string>(new ProducerConfig(Config(Other, OtherPassword)) { TransactionalId = id }).SetLogHandler((_, _) => { }).Build();

    static async Task<string> TopicAsync(IAdminClient admin)
    {
        var topic = $"topic-{Guid.NewGuid():N}";
        await admin.CreateTopicsAsync([new() { Name = topic, NumPartitions = 1 }]);
        return topic;
    }

    static async Task<List<AclBinding>> DescribeAsync(IAdminClient admin, ResourceType type, string? name, ResourcePatternType pattern = ResourcePatternType.Any) =>
        (await admin.DescribeAclsAsync(Filter(type, name, pattern))).AclBindings;

    static AclBindingFilter Filter(ResourceType type, string? name, ResourcePatternType pattern = ResourcePatternType.Any) => new()
    {
        PatternFilter = new() { Type = type, Name = name, ResourcePatternType = pattern },
        EntryFilter = new() { Operation = AclOperation.Any, PermissionType = AclPermissionType.Any },
    };

    static AclBinding Allow(AclOperation operation, ResourceType type, string name, ResourcePatternType pattern = ResourcePatternType.Literal) => new()
    {
        Pattern = new() { Type = type, Name = name, ResourcePatternType = pattern },
        Entry = new() { Principal = $"User:{Other}", Host = "*", Operation = operation, PermissionType = AclPermissionType.Allow },
    };

    IAdminClient Admin(string user, string password) => new AdminClientBuilder(Config(user, password)).SetLogHandler((_, _) => { }).Build();

    ClientConfig Config(string user, string password) => new()
    {
        BootstrapServers = BootstrapServers,
        SecurityProtocol = SecurityProtocol.SaslPlaintext,
        SaslMechanism = SaslMechanism.Plain,
        SaslUsername = user,
        SaslPassword = password,
    };
}
