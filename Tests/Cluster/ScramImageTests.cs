using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class ScramImageTests
{
    [Test]
    public void A_credential_belongs_to_a_user_and_a_mechanism()
    {
        var image = ScramImage.Empty
            .Replay(Credential("alice", ScramMechanism.Sha256, 4096))
            .Replay(Credential("alice", ScramMechanism.Sha512, 4096))
            .Replay(Credential("alice", ScramMechanism.Sha256, 8192));

        Assert.That(image.CredentialsOf("alice").Select(credential => (credential.Key, credential.Value.Iterations)), Is.EqualTo(new[] { (ScramMechanism.Sha256, 8192), (ScramMechanism.Sha512, 4096) }));
    }

    [Test]
    public void A_user_without_credentials_is_none()
    {
        var image = ScramImage.Empty
            .Replay(Credential("alice", ScramMechanism.Sha256, 4096))
            .Replay(new RemoveUserScramCredentialRecord { Name = "alice", Mechanism = (sbyte)ScramMechanism.Sha256 });

        Assert.That(image.Users, Is.Empty);
        Assert.That(image.Find("alice", ScramMechanism.Sha256), Is.Null);
    }

    [Test]
    public void A_credential_is_the_record_it_was_read_from()
    {
        var record = Credential("alice", ScramMechanism.Sha512, 4096);

        var written = ScramImage.Empty.Replay(record).ToRecords().Single().Decode<UserScramCredentialRecord>();

        Assert.That((written.Name, written.Mechanism, written.Iterations), Is.EqualTo((record.Name, record.Mechanism, record.Iterations)));
        Assert.That((written.Salt, written.StoredKey, written.ServerKey), Is.EqualTo((record.Salt, record.StoredKey, record.ServerKey)));
    }

    static UserScramCredentialRecord Credential(string user, ScramMechanism mechanism, int iterations) =>
        new() { Name = user, Mechanism = (sbyte)mechanism, Salt = [1], StoredKey = [2], ServerKey = [3], Iterations = iterations };
}
