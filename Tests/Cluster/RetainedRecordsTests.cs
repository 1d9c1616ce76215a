using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class RetainedRecordsTests
{
    const short UnknownType = 500;

    [Test]
    public void Records_of_unknown_types_are_kept_as_they_are_and_in_order()
    {
        MetadataRecord[] records = [new(UnknownType, 7, new byte[] { 1, 2 }), new(UnknownType, 0, new byte[] { 3 }), new(UnknownType, 7, new byte[] { 1, 2 })];

        Assert.That(Kept(records), Is.EqualTo(Hex(records)));
    }

    [Test]
    public void A_version_that_is_not_known_is_kept_like_an_unknown_type()
    {
        MetadataRecord[] records = [new(AccessControlEntryRecord.RecordType, 99, new byte[] { 1 }), new(AccessControlEntryRecord.RecordType, 99, new byte[] { 1 })];

        Assert.That(Kept(records), Is.EqualTo(Hex(records)));
    }

    [Test]
    public void A_new_registration_replaces_the_one_before_with_its_changes()
    {
        var first = Of(RegisterBrokerRecord.RecordType, new RegisterBrokerRecord { BrokerId = 1, BrokerEpoch = 3 });
        var change = Of(BrokerRegistrationChangeRecord.RecordType, new BrokerRegistrationChangeRecord { BrokerId = 1, BrokerEpoch = 3, Fenced = 1 });
        var second = Of(RegisterBrokerRecord.RecordType, new RegisterBrokerRecord { BrokerId = 1, BrokerEpoch = 9 });
        var other = Of(RegisterBrokerRecord.RecordType, new RegisterBrokerRecord { BrokerId = 2, BrokerEpoch = 5 });
        var unregistered = Of(UnregisterBrokerRecord.RecordType, new UnregisterBrokerRecord { BrokerId = 2, BrokerEpoch = 5 });

        Assert.That(Kept(first, other, change), Is.EqualTo(Hex(first, change, other)), "a change stands behind what it changes");
        Assert.That(Kept(first, other, change, second), Is.EqualTo(Hex(other, second)));
        Assert.That(Kept(first, other, unregistered), Is.EqualTo(Hex(first)));
    }

    [Test]
    public void A_controller_goes_with_its_end()
    {
        var controller = Of(RegisterControllerRecord.RecordType, new RegisterControllerRecord { ControllerId = 1 });
        var noController = Of(UnregisterControllerRecord.RecordType, new UnregisterControllerRecord { ControllerId = 1 });

        Assert.That(Kept(controller), Is.EqualTo(Hex(controller)));
        Assert.That(Kept(controller, noController), Is.Empty);
    }

    static string[] Kept(params MetadataRecord[] records) => Hex([.. records.Aggregate(RetainedRecords.Empty, (retained, record) => retained.Replay(record)).All]);

    static string[] Hex(params MetadataRecord[] records) => [.. records.Select(record => Convert.ToHexString(record.ToValue()))];

    static MetadataRecord Of<T>(short type, T record)
        where T : IMessage<T> => new(type, 0, MessageEncoding.Encode(record, 0));

}
