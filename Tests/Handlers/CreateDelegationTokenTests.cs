using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class CreateDelegationTokenTests : IDisposable
{
    readonly TestBroker broker = new([.. DelegationTokenRequests.Settings, .. AclRequests.Settings]);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_answers_a_token_of_who_asks([Range(0, 3)] short version)
    {
        var response = broker.ConnectAuthenticated("alice").Send(DelegationTokenRequests.RequestOf(), version);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((response.PrincipalType, response.PrincipalName), Is.EqualTo(("User", "alice")));
        Assert.That(response.TokenRequesterPrincipalName, Is.EqualTo(version >= 3 ? "alice" : ""));
        Assert.That((response.IssueTimestampMs, response.ExpiryTimestampMs, response.MaxTimestampMs), Is.EqualTo((TestBatch.Now, TestBatch.Now + 10_000, TestBatch.Now + 100_000)));
        Assert.That(response.TokenId, Has.Length.EqualTo(22));
        Assert.That(response.Hmac, Has.Length.EqualTo(64));
    }

    [TestCase(-1, 100_000, 10_000)]
    [TestCase(0, 100_000, 10_000)]
    [TestCase(50_000, 50_000, 10_000)]
    [TestCase(4_000, 4_000, 4_000)]
    [TestCase(200_000, 100_000, 10_000)]
    [TestCase(long.MaxValue, 100_000, 10_000)]
    public void Its_life_is_as_long_as_asked_and_allowed(long asked, long max, long expiry)
    {
        var token = broker.ConnectAuthenticated("alice").CreateToken(asked);

        Assert.That((token.MaxTimestampMs - TestBatch.Now, token.ExpiryTimestampMs - TestBatch.Now), Is.EqualTo((max, expiry)));
    }

    [Test]
    public void The_hmac_follows_from_id_and_secret() =>
        Assert.That(
            new DelegationTokenSecret("the cluster's secret").PasswordOf("JRYkm0yLRFGjXzWQ7J2Zqg"),
            Is.EqualTo("W+qopjAx0VIFPqmt/VciuKdXOP9kP6PQShnAtM5lpCEs5QrjJzEU4UjlVNDLm33Na18TdR488oZFK49EQ5Rb8g=="));

    [Test]
    public void A_token_of_another_owner_needs_a_right()
    {
        var request = DelegationTokenRequests.RequestOf();
        (request.OwnerPrincipalType, request.OwnerPrincipalName) = ("User", "bob");
        var refused = broker.ConnectAuthenticated("alice").Send(request, 3);
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenAuthorizationFailed));

        broker.Create(AclRequests.Acl("alice", AclOperation.CreateTokens, ResourceType.User, "User:bob"));
        var response = broker.ConnectAuthenticated("alice").Send(request, 3);

        Assert.That((response.ErrorCode, response.PrincipalName, response.TokenRequesterPrincipalName), Is.EqualTo((ErrorCode.None, "bob", "alice")));
    }

    [TestCase(SecurityProtocol.Plaintext, "alice", ErrorCode.DelegationTokenRequestNotAllowed)]
    [TestCase(SecurityProtocol.Ssl, "ANONYMOUS", ErrorCode.DelegationTokenRequestNotAllowed)]
    [TestCase(SecurityProtocol.Ssl, "CN=alice", ErrorCode.None)]
    [TestCase(SecurityProtocol.SaslSsl, "alice", ErrorCode.None)]
    public void Only_who_has_authenticated_gets_one(SecurityProtocol protocol, string user, ErrorCode error)
    {
        var response = broker.ConnectAs(user, protocol).CreateToken();

        Assert.That(response.ErrorCode, Is.EqualTo(error));
        Assert.That(response.IssueTimestampMs, Is.EqualTo(error == ErrorCode.None ? TestBatch.Now : -1));
        Assert.That(broker.Broker.Cluster.Image.DelegationTokens.All.Count(), Is.EqualTo(error == ErrorCode.None ? 1 : 0));
    }

    [Test]
    public void A_renewer_is_a_user()
    {
        var request = DelegationTokenRequests.RequestOf(-1, "bob");
        request.Renewers.Add(new() { PrincipalType = "Group", PrincipalName = "clerks" });

        Assert.That(broker.ConnectAuthenticated("alice").Send(request, 3).ErrorCode, Is.EqualTo(ErrorCode.InvalidPrincipalType));
    }

    [Test]
    public async Task What_is_larger_than_a_batch_of_the_metadata_log_is_refused_and_nothing_is_kept()
    {
        var tokens = new DelegationTokenControl(broker.Broker.Cluster, new("secret"), TimeSpan.FromDays(1), TimeSpan.FromDays(1), broker.Time);
        var renewers = Enumerable.Range(0, 300).Select(i => KafkaPrincipal.OfUser(new string('r', 30_000) + i)).ToList();

        var (error, _) = await tokens.CreateAsync(KafkaPrincipal.OfUser("alice"), KafkaPrincipal.OfUser("alice"), renewers, -1);

        Assert.That(error, Is.EqualTo(ErrorCode.RecordListTooLarge));
        Assert.That(broker.Broker.Cluster.Image.DelegationTokens.All, Is.Empty);
        Assert.That(broker.ConnectAuthenticated("alice").CreateToken().ErrorCode, Is.EqualTo(ErrorCode.None), "the next one is taken");
    }

    [Test]
    public void Without_a_secret_there_are_none()
    {
        using var other = new TestBroker();

        Assert.That(other.ConnectAuthenticated("alice").CreateToken().ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenAuthDisabled));
    }

    [Test]
    public void A_token_survives_a_restart_and_its_hmac_is_nowhere_on_disk()
    {
        var files = new MemoryFileSystem();
        CreateDelegationTokenResponse token;
        using (var first = new TestBroker(files, DelegationTokenRequests.Settings))
            token = first.ConnectAuthenticated("alice").CreateToken(-1, "bob");

        using var second = new TestBroker(files, DelegationTokenRequests.Settings);

        var described = second.ConnectAuthenticated("alice").DescribeTokens().Single();
        Assert.That((described.TokenId, described.ExpiryTimestamp, described.Renewers.Single().PrincipalName), Is.EqualTo((token.TokenId, token.ExpiryTimestampMs, "bob")));
        Assert.That(described.Hmac, Is.EqualTo(token.Hmac));
        var log = files.ReadAllBytes(Path.Combine("data", "__cluster_metadata-0", "00000000000000000000.log"));
        Assert.That(log.AsSpan().IndexOf(token.Hmac), Is.EqualTo(-1));
    }
}
