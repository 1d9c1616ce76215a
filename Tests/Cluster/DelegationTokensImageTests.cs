using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class DelegationTokensImageTests
{
    // Written by hand from the record's schema: frame 1, type 10, version 0, then the fields, compact strings and no tagged fields.
    const string Golden = "010A00" + "0B557365723A616C696365" + "0B557365723A636C65726B" + "02" + "09557365723A626F62" + "000000000000000A" + "0000000000000014" + "000000000000001E" + "0274" + "00";

    static readonly DelegationTokenRecord record = new()
    {
        TokenId = "t",
        Owner = "User:alice",
        Requester = "User:clerk",
        Renewers = ["User:bob"],
        IssueTimestamp = 10,
        MaxTimestamp = 20,
        ExpirationTimestamp = 30,
    };

    [Test]
    public void A_token_is_the_record_it_was_read_from() =>
        Assert.That(Convert.ToHexString(DelegationTokensImage.Empty.Replay(record).ToRecords().Single().ToValue()), Is.EqualTo(Golden));

    [Test]
    public void A_later_record_replaces_a_token_and_a_removal_ends_it()
    {
        var image = DelegationTokensImage.Empty.Replay(record).Replay(new DelegationTokenRecord { TokenId = "t", Owner = "User:alice", Requester = "User:alice", ExpirationTimestamp = 99 });

        Assert.That(image.All.Single().ExpiryTimestampMs, Is.EqualTo(99));
        Assert.That(image.Replay(new RemoveDelegationTokenRecord { TokenId = "t" }).All, Is.Empty);
    }

    [TestCase(20, ExpectedResult = false)]
    [TestCase(21, ExpectedResult = true)]
    public bool A_token_expires_after_the_earlier_of_its_two_ends(long now) => DelegationToken.Of(record).IsExpired(now);

    [Test]
    public void A_snapshot_tells_the_tokens()
    {
        var image = ClusterImage.Empty.Replay(MetadataRecord.Of(record));

        var read = SnapshotRecords.Of(image).Aggregate(ClusterImage.Empty, (next, one) => next.Replay(one));

        Assert.That(read.DelegationTokens.ToRecords().Select(one => Convert.ToHexString(one.ToValue())), Is.EqualTo(new[] { Golden }));
        Assert.That(read.Retained.All, Is.Empty);
    }
}
