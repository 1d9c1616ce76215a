using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class AlterUserScramCredentialsTests : IDisposable
{
    const sbyte Sha256 = (sbyte)ScramMechanism.Sha256;
    const sbyte Sha512 = (sbyte)ScramMechanism.Sha512;

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_credential_is_set_replaced_and_deleted()
    {
        Assert.That(Alter([Upsertion("alice", Sha256, 4096), Upsertion("alice", Sha512, 8192)]), Is.EqualTo(new[] { ("alice", ErrorCode.None, (string?)null) }));
        Assert.That(Iterations("alice"), Is.EqualTo(new[] { (ScramMechanism.Sha256, 4096), (ScramMechanism.Sha512, 8192) }));

        Alter([Upsertion("alice", Sha256, 16_384)]);
        Assert.That(Iterations("alice"), Is.EqualTo(new[] { (ScramMechanism.Sha256, 16_384), (ScramMechanism.Sha512, 8192) }));

        Alter([], [new() { Name = "alice", Mechanism = Sha256 }, new() { Name = "alice", Mechanism = Sha512 }]);
        Assert.That(broker.Broker.Cluster.Image.Scram.Users, Is.Empty);
    }

    [TestCase("", Sha256, 4096, ErrorCode.UnacceptableCredential, "Username must not be empty")]
    [TestCase("alice", (sbyte)3, 4096, ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism")]
    [TestCase("alice", (sbyte)0, 4096, ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism")]
    [TestCase("alice", Sha256, 4095, ErrorCode.UnacceptableCredential, "Too few iterations")]
    [TestCase("alice", Sha512, 16_385, ErrorCode.UnacceptableCredential, "Too many iterations")]
    public void What_cannot_be_is_refused_and_other_users_unharmed(string user, sbyte mechanism, int iterations, ErrorCode error, string message)
    {
        Assert.That(Alter([Upsertion(user, mechanism, iterations), Upsertion("bob", Sha256, 4096)]), Is.EqualTo(new[] { (user, error, message), ("bob", ErrorCode.None, null) }));
        Assert.That(broker.Broker.Cluster.Image.Scram.Users, Is.EqualTo(new[] { "bob" }));
    }

    [Test]
    public void A_credential_is_altered_once_in_a_request() =>
        Assert.That(
            Alter([Upsertion("alice", Sha256, 4096), Upsertion("alice", Sha256, 8192)]),
            Is.EqualTo(new[] { ("alice", ErrorCode.DuplicateResource, "A user credential cannot be altered twice in the same request") }));

    [Test]
    public void What_is_not_there_cannot_be_deleted() =>
        Assert.That(
            Alter([], [new() { Name = "alice", Mechanism = Sha256 }]),
            Is.EqualTo(new[] { ("alice", ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist") }));

    [Test]
    public void Credentials_survive_a_restart_and_no_salted_password_is_kept()
    {
        var files = new MemoryFileSystem();
        var salted = ScramClient.SaltedPassword(ScramMechanism.Sha256, "geheim", [1], 4096);
        using (var first = new TestBroker(files))
            first.Connect().Send(new AlterUserScramCredentialsRequest { Upsertions = [Upsertion("alice", Sha256, 4096) with { SaltedPassword = salted }] }, 0);

        using var second = new TestBroker(files);

        Assert.That(second.Broker.Cluster.Image.Scram.Find("alice", ScramMechanism.Sha256)!.Iterations, Is.EqualTo(4096));
        var log = files.ReadAllBytes(Path.Combine("data", "__cluster_metadata-0", "00000000000000000000.log"));
        Assert.That(log.AsSpan().IndexOf(salted), Is.EqualTo(-1));
    }

    [Test]
    public void A_snapshot_tells_the_credentials()
    {
        Alter([Upsertion("alice", Sha256, 4096)]);
        var image = broker.Broker.Cluster.Image;

        var read = SnapshotRecords.Of(image).Aggregate(ClusterImage.Empty, (next, record) => next.Replay(record));

        Assert.That(read.Scram.Find("alice", ScramMechanism.Sha256)!.StoredKey.ToArray(), Is.EqualTo(image.Scram.Find("alice", ScramMechanism.Sha256)!.StoredKey.ToArray()));
    }

    IEnumerable<(ScramMechanism, int)> Iterations(string user) => broker.Broker.Cluster.Image.Scram.CredentialsOf(user).Select(credential => (credential.Key, credential.Value.Iterations));

    List<(string User, ErrorCode Error, string? Message)> Alter(
        List<AlterUserScramCredentialsRequest.ScramCredentialUpsertion> upsertions, List<AlterUserScramCredentialsRequest.ScramCredentialDeletion>? deletions = null) =>
        broker.Connect().Send(new AlterUserScramCredentialsRequest { Upsertions = upsertions, Deletions = deletions ?? [] }, 0).Results
            .ConvertAll(result => (result.User, result.ErrorCode, result.ErrorMessage));

    static AlterUserScramCredentialsRequest.ScramCredentialUpsertion Upsertion(string user, sbyte mechanism, int iterations) => new()
    {
        Name = user,
        Mechanism = mechanism,
        Iterations = iterations,
        Salt = [1, 2, 3],
        SaltedPassword = new byte[32],
    };
}
