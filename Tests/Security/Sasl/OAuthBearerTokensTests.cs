using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Sasl;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Security.Sasl;

public sealed class OAuthBearerTokensTests : IDisposable
{
    static readonly DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    readonly TemporaryDirectory directory = new();
    readonly FakeTimeProvider time = new(now);
    readonly RSA key = RSA.Create(2048);

    string KeysPath => Path.Combine(directory.Path, "keys.json");

    public void Dispose()
    {
        key.Dispose();
        directory.Dispose();
    }

    [Test]
    public async Task A_signed_token_tells_its_subject_and_its_end()
    {
        WriteKeys(("one", key));

        Assert.That(await Tokens().ValidateAsync(Token()), Is.EqualTo(("alice", now.AddMinutes(5).ToUnixTimeMilliseconds(), (string?)null)));
    }

    [Test]
    public async Task Another_claim_can_be_the_subject()
    {
        WriteKeys(("one", key));

        var (subject, _, _) = await Tokens(("sasl.oauthbearer.sub.claim.name", "azp")).ValidateAsync(Token(claims: new() { ["azp"] = "app" }));

        Assert.That(subject, Is.EqualTo("app"));
    }

    [TestCase("iss", "https://other", "its issuer is another than expected")]
    [TestCase("aud", "other", "its audience is another than expected")]
    [TestCase("sub", "", "the token has no claim sub")]
    public async Task What_is_expected_must_be_there(string claim, string value, string reason)
    {
        WriteKeys(("one", key));
        var tokens = Tokens(("sasl.oauthbearer.expected.issuer", "https://issuer"), ("sasl.oauthbearer.expected.audience", "kafka,brokers"));

        Assert.That((await tokens.ValidateAsync(Token())).Subject, Is.EqualTo("alice"));
        Assert.That((await tokens.ValidateAsync(Token(claims: new() { [claim] = value }))).Refusal, Does.EndWith(reason));
    }

    [Test]
    public async Task A_token_counts_until_its_end_and_the_clocks_difference()
    {
        WriteKeys(("one", key));
        var tokens = Tokens();
        var token = Token();

        time.Advance(TimeSpan.FromSeconds(329));
        Assert.That((await tokens.ValidateAsync(token)).Subject, Is.EqualTo("alice"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await tokens.ValidateAsync(token)).Refusal, Does.EndWith("it is not in time"));
    }

    [Test]
    public async Task A_token_without_an_end_does_not_count()
    {
        WriteKeys(("one", key));

        Assert.That((await Tokens().ValidateAsync(Token(hasEnd: false))).Refusal, Does.EndWith("it is not in time"));
    }

    [Test]
    public async Task A_foreign_key_a_changed_token_and_no_signature_do_not_count()
    {
        using var foreign = RSA.Create(2048);
        WriteKeys(("one", key));
        var parts = Token().Split('.');
        var payload = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("alice", "admin", StringComparison.Ordinal));

        Assert.That((await Tokens().ValidateAsync(Token(signer: foreign))).Refusal, Is.Not.Null);
        Assert.That((await Tokens().ValidateAsync($"{parts[0]}.{payload}.{parts[2]}")).Refusal, Is.Not.Null);
        Assert.That((await Tokens().ValidateAsync(Unsecured())).Refusal, Is.Not.Null);
        Assert.That((await Tokens().ValidateAsync("garbage")).Refusal, Does.EndWith("it is no JWT"));
    }

    [Test]
    public async Task The_public_key_is_no_secret_to_sign_with()
    {
        WriteKeys(("one", key));
        var publicKey = new SymmetricSecurityKey(key.ExportSubjectPublicKeyInfo()) { KeyId = "one" };

        Assert.That((await Tokens().ValidateAsync(Token(credentials: new(publicKey, SecurityAlgorithms.HmacSha256)))).Refusal, Is.Not.Null);
    }

    [Test]
    public async Task A_new_key_is_found_without_a_restart_but_not_sought_each_time()
    {
        using var other = RSA.Create(2048);
        WriteKeys(("one", key));
        var tokens = Tokens();
        await tokens.ValidateAsync(Token());

        WriteKeys(("one", key), ("two", other));
        Assert.That((await tokens.ValidateAsync(Token(signer: other, keyId: "two"))).Refusal, Does.EndWith("the key that signed it is unknown"));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await tokens.ValidateAsync(Token(signer: other, keyId: "two"))).Subject, Is.EqualTo("alice"));
    }

    [Test]
    public async Task Keys_that_cannot_be_read_any_more_still_count_and_ones_that_never_could_are_told()
    {
        Assert.That((await Tokens().ValidateAsync(Token())).Refusal, Does.Contain("cannot be read"));
        WriteKeys(("one", key));
        var tokens = Tokens(("sasl.oauthbearer.jwks.endpoint.refresh.ms", "60000"));
        await tokens.ValidateAsync(Token());

        File.Delete(KeysPath);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await tokens.ValidateAsync(Token())).Subject, Is.EqualTo("alice"));
    }

    [Test]
    public async Task Keys_that_could_not_be_read_are_read_again_soon()
    {
        var tokens = Tokens(("sasl.oauthbearer.jwks.endpoint.refresh.ms", "3600000"));
        Assert.That((await tokens.ValidateAsync(Token())).Refusal, Does.Contain("cannot be read"));

        WriteKeys(("one", key));
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.That((await tokens.ValidateAsync(Token())).Subject, Is.EqualTo("alice"));
    }

    [Test]
    public void A_check_that_is_not_served_is_not_left_out_silently() =>
        Assert.That(
            () => SaslConfig.Of(Settings(("listener.name.x.oauthbearer.sasl.jaas.config", "OAuthBearerLoginModule required unsecuredValidatorRequiredScope=\"a\";")), "X"),
            Throws.TypeOf<ConfigException>().With.Message.Contains("unsecuredValidatorRequiredScope of OAUTHBEARER is not served"));

    [Test]
    public async Task Tokens_without_a_signature_count_where_the_login_module_asks_for_it()
    {
        var tokens = new OAuthBearerTokens(SaslConfig.Of(Settings(("listener.name.x.oauthbearer.sasl.jaas.config", "OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";")), "X").OAuth!, time);

        Assert.That((await tokens.ValidateAsync(Unsecured())).Subject, Is.EqualTo("alice"));
        Assert.That((await tokens.ValidateAsync(Token())).Refusal, Is.Not.Null, "a signature that nobody can check");
    }

    [Test]
    public void Without_keys_nothing_says_how_tokens_are_checked() =>
        Assert.That(() => SaslConfig.Of(Settings(), "X"), Throws.TypeOf<ConfigException>().With.Message.StartsWith("sasl.oauthbearer.jwks.endpoint.url: a file: or https: URL is expected"));

    OAuthBearerTokens Tokens(params (string Name, string Value)[] settings) =>
        new(SaslConfig.Of(Settings([("sasl.oauthbearer.jwks.endpoint.url", new Uri(KeysPath).AbsoluteUri), .. settings]), "X").OAuth!, time);

    static BrokerSettings Settings(params (string Name, string Value)[] settings) =>
        BrokerConfig.Create(settings.Append(("sasl.enabled.mechanisms", "OAUTHBEARER")).ToDictionary(setting => setting.Item1, setting => setting.Item2)).Settings;

    void WriteKeys(params (string Id, RSA Key)[] keys) => File.WriteAllText(KeysPath, JsonSerializer.Serialize(new
    {
        keys = keys.Select(one =>
        {
            var parameters = one.Key.ExportParameters(false);
            return new { kty = "RSA", use = "sig", kid = one.Id, n = Base64UrlEncoder.Encode(parameters.Modulus), e = Base64UrlEncoder.Encode(parameters.Exponent) };
        }),
    }));

    string Token(Dictionary<string, object>? claims = null, RSA? signer = null, string keyId = "one", bool hasEnd = true, SigningCredentials? credentials = null)
    {
        var all = new Dictionary<string, object> { ["sub"] = "alice", ["iss"] = "https://issuer", ["aud"] = "kafka" };
        foreach (var (name, value) in claims ?? [])
            all[name] = value;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = all,
            Expires = hasEnd ? now.AddMinutes(5).UtcDateTime : null,
            SigningCredentials = credentials ?? new(new RsaSecurityKey(signer ?? key) { KeyId = keyId }, SecurityAlgorithms.RsaSha256),
        });
    }

    static string Unsecured() =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes($$"""{"sub":"alice","exp":{{now.AddMinutes(5).ToUnixTimeSeconds()}}}"""))}.";
}
