using NettyKafka.Codec.Records;

namespace NettyKafka.Tests.Codec;

public sealed class ControlRecordTests
{
    [TestCase("marker-COMMIT", ControlRecordType.Commit)]
    [TestCase("marker-ABORT", ControlRecordType.Abort)]
    public void Markers_are_read_and_written_as_the_reference_implementation_does(string name, ControlRecordType expected)
    {
        var vector = RecordBatchVector.All.Single(vector => vector.Case == name);
        var record = vector.Batches.Single().Records.Single();
        var key = Convert.FromHexString(record.Key!);
        var value = Convert.FromHexString(record.Value!);

        Assert.That(ControlRecord.TryReadType(key, out var type), Is.True);
        Assert.That(type, Is.EqualTo(expected));
        Assert.That(ControlRecord.TryReadCoordinatorEpoch(value, out var epoch), Is.True);
        Assert.That(ControlRecord.Key(type), Is.EqualTo(key));
        Assert.That(ControlRecord.EndTransactionMarker(epoch), Is.EqualTo(value));
    }

    [TestCase("0000000200", ControlRecordType.LeaderChange, Description = "longer key of a newer version")]
    [TestCase("00010006", ControlRecordType.KRaftVoters)]
    [TestCase("00000007", ControlRecordType.Unknown)]
    [TestCase("0000FFFF", ControlRecordType.Unknown)]
    public void A_type_is_read_off_keys_of_any_version(string key, ControlRecordType expected)
    {
        Assert.That(ControlRecord.TryReadType(Convert.FromHexString(key), out var type), Is.True);
        Assert.That(type, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("000000")]
    [TestCase("FFFF0001", Description = "negative version")]
    public void Other_keys_are_refused(string key) => Assert.That(ControlRecord.TryReadType(Convert.FromHexString(key), out _), Is.False);

    [TestCase("0000000000")]
    [TestCase("FFFF00000009", Description = "negative version")]
    public void Other_marker_values_are_refused(string value) => Assert.That(ControlRecord.TryReadCoordinatorEpoch(Convert.FromHexString(value), out _), Is.False);
}
