using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Clients that have to authenticate again every two seconds.</summary>
public sealed class ConfluentReauthenticationTests : SaslFixture
{
    protected override string[] Overrides => [.. base.Overrides, "connections.max.reauth.ms=2000"];

    [TestCase(SaslMechanism.Plain)]
    [TestCase(SaslMechanism.ScramSha512)]
    public async Task A_session_goes_on_over_its_end(SaslMechanism mechanism)
    {
        var config = new ClientConfig
        {
            BootstrapServers = BootstrapServers,
            SecurityProtocol = SecurityProtocol.SaslPlaintext,
            SaslMechanism = mechanism,
            SaslUsername = User,
            SaslPassword = Password,
        };
        var topic = $"topic-{Guid.NewGuid():N}";
        using var admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1 }]);
        var errors = new List<Error>();
        using var producer = new ProducerBuilder<Null, string>(config).SetErrorHandler((_, error) => errors.Add(error)).Build();

        for (var i = 0; i < 10; i++)
        {
            await producer.ProduceAsync(topic, new() { Value = $"{i}" });
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        Assert.That(errors, Is.Empty);
    }
}
