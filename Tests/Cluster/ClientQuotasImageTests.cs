using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class ClientQuotasImageTests
{
    static readonly ClientQuotaEntity app = ClientQuotaEntity.Of(("client-id", "app"), ("user", "alice"));
    static readonly ClientQuotaEntity anyClient = ClientQuotaEntity.Of(("client-id", null), ("user", "alice"));

    [Test]
    public void A_quota_belongs_to_an_entity_and_a_key_whatever_the_order_of_its_types()
    {
        var image = Replay(Quota(10, ("client-id", "app"), ("user", "alice")), Quota(30, ("user", "alice"), ("client-id", null)), Quota(20, ("user", "alice"), ("client-id", "app")));

        Assert.That(image.QuotasOf(app)["producer_byte_rate"], Is.EqualTo(20));
        Assert.That(image.QuotasOf(anyClient)["producer_byte_rate"], Is.EqualTo(30), "the default is not a client of any name");
        Assert.That(image.Entities, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_removed_quota_is_gone_and_with_the_last_one_its_entity()
    {
        var image = Replay(Quota(10, ("user", "alice")), Quota(null, ("user", "alice")), Quota(null, ("user", "nobody")));

        Assert.That(image.IsEmpty);
        Assert.That(image.Records, Is.Empty);
    }

    [Test]
    public void A_snapshot_tells_the_same_quotas()
    {
        var image = Image(Quota(10, ("user", "alice"), ("client-id", "app")), Quota(0.5, ("user", null)), Quota(7, ("ip", "10.0.0.1")));

        var again = SnapshotRecords.Of(image).Aggregate(ClusterImage.Empty, (next, record) => next.Replay(record));

        Assert.That(again.ClientQuotas.Entities.Select(entity => (entity.Key, entity.Value.Single())), Is.EquivalentTo(image.ClientQuotas.Entities.Select(entity => (entity.Key, entity.Value.Single()))));
    }

    [Test]
    public void A_record_is_Kafka_s_byte_for_byte() =>
        Assert.That(
            Convert.ToHexString(MetadataRecord.Of(ClientQuotasImage.RecordOf(app, "producer_byte_rate", 1_000_000)).ToValue()),
            Is.EqualTo("010E00" + "03" + "0A636C69656E742D6964" + "04617070" + "00" + "0575736572" + "06616C696365" + "00" + "1370726F64756365725F627974655F72617465" + "412E848000000000" + "0000"));

    [Test]
    public void A_newer_version_is_kept_as_it_is()
    {
        var newer = new MetadataRecord(ClientQuotaRecord.RecordType, 9, new byte[] { 1, 2, 3 });

        var image = ClusterImage.Empty.Replay(newer);

        Assert.That(image.ClientQuotas.IsEmpty);
        Assert.That(Convert.ToHexString(SnapshotRecords.Of(image).Single().ToValue()), Is.EqualTo(Convert.ToHexString(newer.ToValue())));
    }

    static ClientQuotasImage Replay(params ClientQuotaRecord[] records) => Image(records).ClientQuotas;

    static ClusterImage Image(params ClientQuotaRecord[] records) => records.Aggregate(ClusterImage.Empty, (image, record) => image.Replay(MetadataRecord.Of(record)));

    static ClientQuotaRecord Quota(double? value, params (string Type, string? Name)[] entity) => new()
    {
        Entity = [.. entity.Select(part => new ClientQuotaRecord.EntityData { EntityType = part.Type, EntityName = part.Name })],
        Key = "producer_byte_rate",
        Value = value ?? 0,
        Remove = value is null,
    };
}
