using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class AddRaftVoterTests : IDisposable
{
    static readonly AddRaftVoterRequest valid = new()
    {
        ClusterId = null,
        VoterId = 2,
        VoterDirectoryId = Uuid.Parse("HUbM0dyWTS6TRq0sEp-bsg"),
        Listeners = [new() { Name = "CONTROLLER", Host = "localhost", Port = 9093 }],
    };

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void The_quorum_cannot_grow([Range(0, 1)] short version)
    {
        var response = broker.Connect().Send(valid, version);

        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.UnsupportedVersion, "Cluster doesn't support adding voter because the kraft.version feature is 0")));
    }

    [Test]
    public void What_is_wrong_with_a_request_is_told_first()
    {
        Assert.That(Send(new() { ClusterId = "another", VoterId = 2 }), Is.EqualTo((ErrorCode.InconsistentClusterId, $"The given id \"another\" doesn't match the cluster id \"{broker.Broker.Cluster.ClusterId}\"")));
        Assert.That(Send(new() { ClusterId = null, VoterId = -1, VoterDirectoryId = valid.VoterDirectoryId }), Is.EqualTo((ErrorCode.InvalidRequest, "Add voter request didn't include a valid voter")));
        Assert.That(Send(new() { ClusterId = null, VoterId = 2 }), Is.EqualTo((ErrorCode.InvalidRequest, "Add voter request didn't include a valid voter")));
        Assert.That(Send(new() { ClusterId = null, VoterId = 2, VoterDirectoryId = valid.VoterDirectoryId }), Is.EqualTo((ErrorCode.InvalidRequest, "Add voter request didn't include the endpoint of the voter")));
    }

    (ErrorCode, string?) Send(AddRaftVoterRequest request)
    {
        var response = broker.Connect().Send(request, 1);
        return (response.ErrorCode, response.ErrorMessage);
    }
}
