using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Codec;

public sealed class MessageVersionTests
{
    [Test]
    public void What_a_version_cannot_carry_is_refused()
    {
        var request = new CreateTopicsRequest { ValidateOnly = true };

        Assert.That(() => MessageEncoding.Encode(request, 0), Throws.TypeOf<ProtocolException>().With.Message.Contains("CreateTopicsRequest.ValidateOnly"));
        Assert.That(() => MessageEncoding.Encode(request, 1), Throws.Nothing);
    }

    [Test]
    public void What_is_ignorable_is_dropped()
    {
        var request = new FetchRequest { RackId = "a" };

        Assert.That(MessageEncoding.Decode<FetchRequest>(MessageEncoding.Encode(request, 10), 10).RackId, Is.Empty);
        Assert.That(MessageEncoding.Decode<FetchRequest>(MessageEncoding.Encode(request, 11), 11).RackId, Is.EqualTo("a"));
    }

    [Test]
    public void A_struct_that_a_version_cannot_carry_is_refused_unless_it_is_at_its_default()
    {
        var request = new FetchRequest { ReplicaState = new() { ReplicaId = 1 } };

        Assert.That(() => MessageEncoding.Encode(request, 14), Throws.TypeOf<ProtocolException>());
        Assert.That(() => MessageEncoding.Encode(new FetchRequest(), 14), Throws.Nothing);
    }

    [Test]
    public void Null_is_refused_in_versions_without_it()
    {
        var request = new MetadataRequest { Topics = null };

        Assert.That(() => MessageEncoding.Encode(request, 0), Throws.TypeOf<ProtocolException>().With.Message.Contains("MetadataRequest.Topics"));
        Assert.That(() => MessageEncoding.Decode<MetadataRequest>(new byte[] { 0xff, 0xff, 0xff, 0xff }, 0), Throws.TypeOf<ProtocolException>());
        Assert.That(MessageEncoding.Decode<MetadataRequest>(MessageEncoding.Encode(request, 1), 1).Topics, Is.Null);
    }

    [TestCase(-1)]
    [TestCase(19)]
    public void An_unknown_version_is_refused(short version)
    {
        Assert.That(() => MessageEncoding.Encode(new FetchRequest(), version), Throws.TypeOf<ProtocolException>());
        Assert.That(() => MessageEncoding.Decode<FetchRequest>(new byte[100], version), Throws.TypeOf<ProtocolException>());
    }

    [Test]
    public void Fields_that_a_version_lacks_have_their_defaults()
    {
        var request = MessageEncoding.Decode<FetchRequest>(MessageEncoding.Encode(new FetchRequest { MaxBytes = 5 }, 0), 0);

        Assert.That(request.MaxBytes, Is.EqualTo(int.MaxValue));
        Assert.That(request.SessionEpoch, Is.EqualTo(-1));
        Assert.That(request.ForgottenTopicsData, Is.Empty);
        Assert.That(request.ReplicaState.ReplicaEpoch, Is.EqualTo(-1));
    }

    [Test]
    public void A_new_struct_has_the_defaults_of_its_schema()
    {
        var partition = new FetchRequest.FetchPartition();

        Assert.That(partition.LogStartOffset, Is.EqualTo(-1));
        Assert.That(partition.HighWatermark, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void Unknown_tagged_fields_are_skipped()
    {
        byte[] bytes = [0, 0, 0, 0, 0, 1, 42, 3, 7, 7, 7];   // wait 0 ms for all partitions with a tagged field 42 of three bytes

        var request = MessageEncoding.Decode<ListPartitionReassignmentsRequest>(bytes, 0);

        Assert.That(request.Topics, Is.Null);
    }

    [TestCase(3)]
    [TestCase(5)]
    public void A_tagged_field_has_to_fill_its_size(byte size)
    {
        var response = new ApiVersionsResponse { FinalizedFeaturesEpoch = 1 };
        var bytes = MessageEncoding.Encode(response, 3);
        Assert.That(bytes[^10..], Is.EqualTo(new byte[] { 1, 8, 0, 0, 0, 0, 0, 0, 0, 1 }));

        bytes[^9] = size;

        Assert.That(() => MessageEncoding.Decode<ApiVersionsResponse>(bytes, 3), Throws.TypeOf<ProtocolException>());
    }

    [Test]
    public void The_client_id_of_a_header_keeps_its_old_encoding()
    {
        var header = new RequestHeader { ClientId = "a" };

        Assert.That(MessageEncoding.Encode(header, 2), Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'a', 0 }));
    }

    [Test]
    public void Records_of_every_partition_are_released()
    {
        var buffer = DotNetty.Buffers.Unpooled.Buffer(1);
        var response = new FetchResponse { Responses = [new() { Partitions = [new() { Records = Records.Own(buffer) }, new()] }] };

        response.ReleaseRecords();

        Assert.That(buffer.ReferenceCount, Is.Zero);
    }
}
