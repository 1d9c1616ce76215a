namespace NettyKafka.Tests.Clients;

/// <summary>Authentication of kafkajs.</summary>
public sealed class KafkaJsSaslTests : SaslFixture
{
    protected override Task RequireClientAsync() => Node.RequireKafkaJsAsync();

    [Test]
    public async Task A_user_logs_in_and_a_wrong_password_does_not([Values("plain", "scram-sha-256", "scram-sha-512")] string mechanism)
    {
        var right = await LogInAsync(mechanism, Password);
        var wrong = await LogInAsync(mechanism, "wrong");

        Assert.That(right, Does.Match("^[A-Za-z0-9_-]{22}$"));
        Assert.That(wrong, Does.Contain("uthentication failed"));
    }

    async Task<string> LogInAsync(string mechanism, string password) =>
        (await Programs.RunAsync("node", [Node.Script("sasl.js"), BootstrapServers, mechanism, User, password])).Single();
}
