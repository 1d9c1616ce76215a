namespace NettyKafka.Tests.Clients;

/// <summary>Authentication of kcat.</summary>
public sealed class KcatSaslTests : SaslFixture
{
    protected override Task RequireClientAsync() => Programs.Require("kcat", "kcat", "-V");

    [Test]
    public async Task A_user_logs_in([Values("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")] string mechanism)
    {
        string[] arguments =
        [
            "-b", BootstrapServers, "-L", "-X", "security.protocol=SASL_PLAINTEXT", "-X", $"sasl.mechanisms={mechanism}", "-X", $"sasl.username={User}", "-X", $"sasl.password={Password}",
        ];

        Assert.That(string.Join('\n', await Programs.RunAsync("kcat", arguments)), Does.Contain($"broker 1 at {BootstrapServers}"));
    }
}
