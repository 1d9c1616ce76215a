using System.Security.Cryptography;
using System.Text;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Tests.Security.Sasl;

public sealed class ScramFormatterTests
{
    const string ClientFirstBare = "n=user,r=rOprNGfwEbeRWgbNEkqO";
    const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    const string ClientFinal = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    static readonly byte[] authMessage = Encoding.UTF8.GetBytes($"{ClientFirstBare},{ServerFirst},{ClientFinal}");

    [Test]
    public void The_exchange_of_rfc_7677_is_proved_and_signed()
    {
        var credential = Credential("pencil");

        Assert.That(Formatter.IsProved(credential, authMessage, Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")), Is.True);
        Assert.That(Convert.ToBase64String(Formatter.Hmac(credential.ServerKey, authMessage)), Is.EqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    [Test]
    public void Another_password_or_half_a_proof_proves_nothing()
    {
        Assert.That(Formatter.IsProved(Credential("pen"), authMessage, Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")), Is.False);
        Assert.That(Formatter.IsProved(Credential("pencil"), authMessage, new byte[16]), Is.False);
        Assert.That(Formatter.IsProved(Credential("pencil"), authMessage, []), Is.False);
    }

    [Test]
    public void Who_is_not_there_has_the_same_salt_each_time_and_another_than_others()
    {
        var secret = new byte[32];

        Assert.That(Formatter.CreateDecoy(secret, "alice").Salt.ToArray(), Is.EqualTo(Formatter.CreateDecoy(secret, "alice").Salt.ToArray()));
        Assert.That(Formatter.CreateDecoy(secret, "alice").Salt.ToArray(), Is.Not.EqualTo(Formatter.CreateDecoy(secret, "bob").Salt.ToArray()));
    }

    static ScramFormatter Formatter => ScramFormatter.Of(ScramMechanism.Sha256);

    static ScramCredential Credential(string password)
    {
        var salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");
        var (storedKey, serverKey) = Formatter.KeysOf(Rfc2898DeriveBytes.Pbkdf2(password, salt, 4096, HashAlgorithmName.SHA256, 32));
        return new(salt, storedKey, serverKey, 4096);
    }
}
