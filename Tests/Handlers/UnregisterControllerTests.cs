using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class UnregisterControllerTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public async Task A_controller_that_a_directory_remembers_stays_since_no_record_could_say_otherwise()
    {
        var registration = new MetadataRecord(RegisterControllerRecord.RecordType, 0, MessageEncoding.Encode(new RegisterControllerRecord { ControllerId = 3 }, 0));
        await broker.Broker.Cluster.ChangeAsync(_ => (new[] { registration }, true));

        Assert.That(Unregister(3).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(broker.Broker.Cluster.Image.Retained.HasController(3), Is.True);
    }

    [Test]
    public void A_controller_that_nobody_knows_is_told()
    {
        var response = Unregister(4);

        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.ControllerIdNotRegistered, "Controller ID 4 is not currently registered")));
    }

    UnregisterControllerResponse Unregister(int id) => broker.Connect().Send(new UnregisterControllerRequest { ControllerId = id }, 0);
}
