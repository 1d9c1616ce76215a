using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Passwords over TLS (SASL_SSL): the password says who the client is, whatever its certificate.</summary>
public sealed class SaslTlsTests : TlsFixture
{
    const string User = "alice";
    const string Password = "alice's secret";

    private protected override SecurityProtocol Protocol => SecurityProtocol.SaslSsl;

    protected override string[] Overrides => [.. base.Overrides, "sasl.enabled.mechanisms=SCRAM-SHA-512", $"sasl.users={User}:{Password}"];

    [Test]
    public async Task A_user_produces([Values] bool withCertificate)
    {
        var config = Configure(new ProducerConfig { SaslMechanism = SaslMechanism.ScramSha512, SaslUsername = User, SaslPassword = Password }, withCertificate);
        using var producer = new ProducerBuilder<Null, string>(config).Build();

        var report = await producer.ProduceAsync("sasl", new() { Value = "" }).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That(report.Status, Is.EqualTo(PersistenceStatus.Persisted));
    }

    [Test]
    public async Task A_wrong_password_is_refused()
    {
        var failed = new TaskCompletionSource<Error>(TaskCreationOptions.RunContinuationsAsynchronously);
        var config = Configure(new ProducerConfig { SaslMechanism = SaslMechanism.ScramSha512, SaslUsername = User, SaslPassword = "wrong" }, withCertificate: false);
        using var producer = new ProducerBuilder<Null, string>(config).SetErrorHandler((_, error) => failed.TrySetResult(error)).SetLogHandler((_, _) => { }).Build();

        Assert.That((await failed.Task.WaitAsync(TimeSpan.FromSeconds(10))).Code, Is.EqualTo(ErrorCode.Local_Authentication));
    }
}
