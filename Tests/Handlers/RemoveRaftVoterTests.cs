using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class RemoveRaftVoterTests : IDisposable
{
    static readonly Uuid directory = Uuid.Parse("HUbM0dyWTS6TRq0sEp-bsg");

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void The_quorum_cannot_shrink() =>
        Assert.That(Send(new() { ClusterId = null, VoterId = 1, VoterDirectoryId = directory }), Is.EqualTo((ErrorCode.UnsupportedVersion, "Cluster doesn't support removing voter because the kraft.version feature is 0")));

    [Test]
    public void What_is_wrong_with_a_request_is_told_first()
    {
        Assert.That(Send(new() { ClusterId = "another", VoterId = 1 }).Error, Is.EqualTo(ErrorCode.InconsistentClusterId));
        Assert.That(Send(new() { ClusterId = null, VoterId = 1 }), Is.EqualTo((ErrorCode.InvalidRequest, "Remove voter request didn't include a valid voter")));
    }

    (ErrorCode Error, string? Message) Send(RemoveRaftVoterRequest request)
    {
        var response = broker.Connect().Send(request, 0);
        return (response.ErrorCode, response.ErrorMessage);
    }
}
