using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Authentication of Confluent.Kafka.</summary>
public sealed class ConfluentSaslTests : SaslFixture
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(20);

    [TestCase(SaslMechanism.Plain)]
    [TestCase(SaslMechanism.ScramSha256)]
    [TestCase(SaslMechanism.ScramSha512)]
    public async Task A_user_produces_and_consumes(SaslMechanism mechanism) => await RoundTripAsync(Config(mechanism, User, Password));

    [Test]
    public async Task A_token_is_enough() => await RoundTripAsync(new()
    {
        BootstrapServers = BootstrapServers,
        SecurityProtocol = SecurityProtocol.SaslPlaintext,
        SaslMechanism = SaslMechanism.OAuthBearer,
        EnableSaslOauthbearerUnsecureJwt = true,
        SaslOauthbearerConfig = "principal=carol",
    });

    [TestCase(SaslMechanism.Plain)]
    [TestCase(SaslMechanism.ScramSha256)]
    public async Task A_wrong_password_and_an_unknown_user_are_refused_alike(SaslMechanism mechanism)
    {
        var (wrong, unknown) = (await FailureOfAsync(Config(mechanism, User, "wrong")), await FailureOfAsync(Config(mechanism, "nobody", Password)));

        Assert.That((wrong.Code, wrong.IsFatal), Is.EqualTo((ErrorCode.Local_Authentication, unknown.IsFatal)));
        Assert.That(wrong.Reason[(wrong.Reason.IndexOf(':', StringComparison.Ordinal) + 1)..].Split("(after")[0], Does.Contain("SASL").Or.Contain("Authentication failed"));
        Assert.That(Broker.Log, Does.Contain("Failed authentication with").And.Not.Contain(Password).And.Not.Contain("wrong\n"));
    }

    [Test]
    public async Task A_scram_user_logs_in_as_soon_as_it_is_there_and_after_a_restart()
    {
        using var admin = new AdminClientBuilder(Config(SaslMechanism.Plain, User, Password)).SetLogHandler((_, _) => { }).Build();
        await admin.AlterUserScramCredentialsAsync([new UserScramCredentialUpsertion
        {
            User = "dave",
            ScramCredentialInfo = new() { Mechanism = ScramMechanism.ScramSha256, Iterations = 4096 },
            Password = System.Text.Encoding.UTF8.GetBytes("dave's secret"),
        }]);

        await RoundTripAsync(Config(SaslMechanism.ScramSha256, "dave", "dave's secret"));
        await Broker.RestartAsync();
        await RoundTripAsync(Config(SaslMechanism.ScramSha256, "dave", "dave's secret"));

        var described = (await admin.DescribeUserScramCredentialsAsync(["dave"])).UserScramCredentialsDescriptions.Single();
        Assert.That((described.User, described.ScramCredentialInfos.Single().Iterations), Is.EqualTo(("dave", 4096)));
    }

    async Task RoundTripAsync(ClientConfig config)
    {
        var topic = await TopicAsync();
        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig(config)).Build())
            await producer.ProduceAsync(topic, new() { Value = "hello" });
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig(config) { GroupId = topic, AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        consumer.Subscribe(topic);
        Assert.That(consumer.Consume(limit)?.Message.Value, Is.EqualTo("hello"));
        consumer.Close();
    }

    async Task<string> TopicAsync()
    {
        var topic = $"topic-{Guid.NewGuid():N}";
        using var admin = new AdminClientBuilder(Config(SaslMechanism.Plain, User, Password)).SetLogHandler((_, _) => { }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1 }]);
        return topic;
    }

    static async Task<Error> FailureOfAsync(ClientConfig config)
    {
        var failed = new TaskCompletionSource<Error>();
        using var producer = new ProducerBuilder<Null, string>(config).SetErrorHandler((_, error) => failed.TrySetResult(error)).SetLogHandler((_, _) => { }).Build();
        return await failed.Task.WaitAsync(limit);
    }

    ClientConfig Config(SaslMechanism mechanism, string user, string password) => new()
    {
        BootstrapServers = BootstrapServers,
        SecurityProtocol = SecurityProtocol.SaslPlaintext,
        SaslMechanism = mechanism,
        SaslUsername = user,
        SaslPassword = password,
    };
}
