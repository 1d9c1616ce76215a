using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security.Sasl;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Security.Sasl;

public sealed class ScramSaslServerTests : IDisposable
{
    readonly TestBroker broker = new(("sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512"), ("sasl.users", "alice:secret"));

    public void Dispose() => broker.Dispose();

    [TestCase(ScramMechanism.Sha256, "SCRAM-SHA-256")]
    [TestCase(ScramMechanism.Sha512, "SCRAM-SHA-512")]
    public async Task A_configured_user_is_proved(ScramMechanism mechanism, string name)
    {
        var (server, client) = (Server(name), new ScramClient(mechanism, "alice", "secret"));

        var final = await server.EvaluateAsync(client.Final(await server.EvaluateAsync(client.First())));

        Assert.That(client.IsOfServer(final), Is.True);
        Assert.That(server.Principal, Is.EqualTo(KafkaPrincipal.OfUser("alice")));
    }

    [Test]
    public async Task A_name_may_have_commas_and_equals_signs()
    {
        var salted = ScramClient.SaltedPassword(ScramMechanism.Sha256, "secret", [1], 4096);
        broker.Connect().Send(new AlterUserScramCredentialsRequest { Upsertions = [new() { Name = "a=b,c", Mechanism = 1, Iterations = 4096, Salt = [1], SaltedPassword = salted }] }, 0);
        var (server, client) = (Server("SCRAM-SHA-256"), new ScramClient(ScramMechanism.Sha256, "a=b,c", "secret"));

        await server.EvaluateAsync(client.Final(await server.EvaluateAsync(client.First())));

        Assert.That(server.Principal, Is.EqualTo(KafkaPrincipal.OfUser("a=b,c")));
    }

    [TestCase("")]
    [TestCase("p=tls-unique,,n=alice,r=abc")]
    [TestCase("n,,r=abc,n=alice")]
    [TestCase("n,,n=alice")]
    [TestCase("n,,n=alice,r=")]
    [TestCase("n,,n=,r=abc")]
    [TestCase("n,b,n=alice,r=abc")]
    [TestCase("n,,n=alice,r=abc,nonsense")]
    public void Garbage_is_no_first_message(string message) => Assert.That(async () => await Server("SCRAM-SHA-256").EvaluateAsync(Bytes(message)), Throws.TypeOf<SaslAuthenticationException>());

    [TestCase("")]
    [TestCase("c=biws,r=abc,p=")]
    [TestCase("c=biws,p=AAAA")]
    [TestCase("c=biws,r=NONCE,p=!")]
    [TestCase("c=biws,r=NONCE,p=AAAA")]
    [TestCase("c=biws,r=NONCEx,p=AAAA")]
    public async Task Garbage_is_no_final_message(string message)
    {
        var server = Server("SCRAM-SHA-256");
        var first = Encoding.UTF8.GetString(await server.EvaluateAsync(Bytes("n,,n=alice,r=abc")));
        var nonce = first.Split(',')[0][2..];

        Assert.That(async () => await server.EvaluateAsync(Bytes(message.Replace("NONCE", nonce, StringComparison.Ordinal))), Throws.TypeOf<SaslAuthenticationException>());
        Assert.That(server.IsComplete, Is.False);
    }

    [Test]
    public void Nobody_acts_for_another() =>
        Assert.That(async () => await Server("SCRAM-SHA-256").EvaluateAsync(Bytes("n,a=bob,n=alice,r=abc")), Throws.TypeOf<SaslAuthenticationException>());

    SaslServer Server(string mechanism) => broker.Mechanisms("SASL").Create(mechanism);

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
