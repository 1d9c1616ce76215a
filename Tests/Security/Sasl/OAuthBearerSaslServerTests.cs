using System.Text;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Tests.Security.Sasl;

public sealed class OAuthBearerSaslServerTests
{
    static readonly DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    readonly OAuthBearerSaslServer server = new(new(ConfigOf(), new FakeTimeProvider(now)));

    [Test]
    public async Task A_token_that_counts_is_enough()
    {
        var answer = await EvaluateAsync($"n,,\u0001auth=Bearer {Token("alice")}\u0001ext=1\u0001\u0001");

        Assert.That(answer, Is.Empty);
        Assert.That((server.Principal, server.CredentialExpiryMs), Is.EqualTo((KafkaPrincipal.OfUser("alice"), now.AddMinutes(1).ToUnixTimeMilliseconds())));
    }

    [Test]
    public async Task A_token_that_does_not_count_has_failed_when_the_client_has_acknowledged_it()
    {
        Assert.That(await EvaluateAsync("n,,\u0001auth=Bearer garbage\u0001\u0001"), Is.EqualTo("""{"status":"invalid_token"}"""));
        Assert.That(() => EvaluateAsync("\u0001"), Throws.TypeOf<SaslAuthenticationException>().With.Message.EqualTo("""{"status":"invalid_token"}"""));
        Assert.That(server.IsComplete, Is.False);
    }

    [Test]
    public void Nobody_acts_for_another() =>
        Assert.That(() => EvaluateAsync($"n,a=bob,\u0001auth=Bearer {Token("alice")}\u0001\u0001"), Throws.TypeOf<SaslAuthenticationException>());

    [TestCase("")]
    [TestCase("n,,")]
    [TestCase("y,,\u0001auth=Bearer x\u0001\u0001")]
    [TestCase("n,,\u0001auth=Basic x\u0001\u0001")]
    [TestCase("n,,\u0001auth=Bearer x\u0001")]
    public void Anything_else_is_no_first_message(string message) =>
        Assert.That(() => EvaluateAsync(message), Throws.TypeOf<SaslAuthenticationException>().With.Message.EqualTo("Invalid OAUTHBEARER client first message"));

    async Task<string> EvaluateAsync(string message) => Encoding.UTF8.GetString(await server.EvaluateAsync(Encoding.UTF8.GetBytes(message)));

    static string Token(string subject) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{Base64UrlEncoder.Encode($$"""{"sub":"{{subject}}","exp":{{now.AddMinutes(1).ToUnixTimeSeconds()}}}""")}.";

    static OAuthBearerConfig ConfigOf() => SaslConfig.Of(BrokerConfig.Create(new Dictionary<string, string>
    {
        ["sasl.enabled.mechanisms"] = "OAUTHBEARER",
        ["listener.name.x.oauthbearer.sasl.jaas.config"] = "OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"x\";",
    }).Settings, "X").OAuth!;
}
