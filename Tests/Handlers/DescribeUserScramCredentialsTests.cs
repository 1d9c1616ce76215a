using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeUserScramCredentialsTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void All_users_are_described_when_none_is_named()
    {
        Add("bob", ScramMechanism.Sha512, 8192);
        Add("alice", ScramMechanism.Sha256, 4096);

        var results = Describe(null);

        Assert.That(results.Select(result => (result.User, result.CredentialInfos.Single().Mechanism, result.CredentialInfos.Single().Iterations)), Is.EqualTo(new (string, sbyte, int)[] { ("alice", 1, 4096), ("bob", 2, 8192) }));
        Assert.That(Describe([]).Select(result => result.User), Is.EqualTo(new[] { "alice", "bob" }));
    }

    [Test]
    public void Who_is_not_there_or_named_twice_is_told()
    {
        Add("alice", ScramMechanism.Sha256, 4096);

        Assert.That(Describe(["nobody", "alice", "alice"]).Select(result => (result.ErrorCode, result.ErrorMessage)), Is.EqualTo(new[]
        {
            (ErrorCode.ResourceNotFound, "Attempt to describe a user credential that does not exist: nobody"),
            (ErrorCode.DuplicateResource, "Cannot describe SCRAM credentials for the same user twice in a single request: alice"),
        }));
    }

    void Add(string user, ScramMechanism mechanism, int iterations) => broker.Connect().Send(
        new AlterUserScramCredentialsRequest { Upsertions = [new() { Name = user, Mechanism = (sbyte)mechanism, Iterations = iterations, Salt = [1], SaltedPassword = new byte[32] }] },
        0);

    List<DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult> Describe(List<string>? users)
    {
        var response = broker.Connect().Send(new DescribeUserScramCredentialsRequest { Users = users?.ConvertAll(user => new DescribeUserScramCredentialsRequest.UserName { Name = user }) }, 0);
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.None, (string?)null)));
        return response.Results;
    }
}
