using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class AlterClientQuotasTests : IDisposable
{
    static readonly ClientQuotaEntity alice = ClientQuotaEntity.Of(("user", "alice"));

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_sets_and_removes_quotas([Range(0, 1)] short version)
    {
        Assert.That(Alter([Entry([("user", "alice")], ("producer_byte_rate", 10), ("request_percentage", 0.5))], version).Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Quotas(alice), Is.EquivalentTo(new Dictionary<string, double> { ["producer_byte_rate"] = 10, ["request_percentage"] = 0.5 }));

        Assert.That(Alter([Entry([("user", "alice")], ("producer_byte_rate", null), ("consumer_byte_rate", null))], version).Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Quotas(alice), Is.EquivalentTo(new Dictionary<string, double> { ["request_percentage"] = 0.5 }), "what was not set can be removed too");
    }

    [TestCase("user", "alice", "producer_byte_rate", 0, "Quota producer_byte_rate must be greater than 0")]
    [TestCase("user", "alice", "producer_byte_rate", double.NaN, "Quota producer_byte_rate must be greater than 0")]
    [TestCase("user", "alice", "consumer_byte_rate", 1.5, "consumer_byte_rate cannot be a fractional value.")]
    [TestCase("user", "alice", "consumer_byte_rate", 1e19, "Proposed value for consumer_byte_rate is too large for a LONG.")]
    [TestCase("ip", "1.2.3.4", "connection_creation_rate", 3e9, "Proposed value for connection_creation_rate is too large for an INT.")]
    [TestCase("ip", "1.2.3.4", "producer_byte_rate", 10, "Invalid configuration key producer_byte_rate")]
    [TestCase("client-id", "app", "connection_creation_rate", 10, "Invalid configuration key connection_creation_rate")]
    [TestCase("ip", "some.host", "connection_creation_rate", 10, "some.host is not a valid IP or resolvable host.")]
    [TestCase("user", "", "producer_byte_rate", 10, "Empty user not supported")]
    [TestCase("topic", "orders", "producer_byte_rate", 10, "Unhandled client quota entity type: topic")]
    public void What_is_wrong_is_told_as_Kafka_tells_it(string type, string name, string key, double value, string message)
    {
        var answer = Alter([Entry([(type, name)], (key, value))]).Single();

        Assert.That((answer.ErrorCode, answer.ErrorMessage), Is.EqualTo((ErrorCode.InvalidRequest, message)));
        Assert.That(broker.Broker.Cluster.Image.ClientQuotas.IsEmpty);
    }

    [Test]
    public void An_entity_has_a_type_at_least_and_an_IP_stands_alone()
    {
        Assert.That(Alter([Entry([], ("producer_byte_rate", 1))]).Single().ErrorMessage, Is.EqualTo("Invalid empty client quota entity"));
        Assert.That(
            Alter([Entry([("ip", null), ("user", "alice")], ("producer_byte_rate", 1))]).Single().ErrorMessage,
            Is.EqualTo("Invalid quota entity combination, IP entity should not be combined with User or ClientId"));
    }

    [Test]
    public void The_entities_of_a_request_are_altered_each_by_itself()
    {
        var answers = Alter([Entry([("user", "alice")], ("producer_byte_rate", 1)), Entry([("user", "bob")], ("producer_byte_rate", 1), ("consumer_byte_rate", -1))]);

        Assert.That(answers.Select(answer => answer.ErrorCode), Is.EqualTo(new[] { ErrorCode.None, ErrorCode.InvalidRequest }));
        Assert.That(Quotas(alice), Has.Count.EqualTo(1));
        Assert.That(Quotas(ClientQuotaEntity.Of(("user", "bob"))), Is.Empty, "and as a whole");
    }

    [Test]
    public void An_entity_or_a_key_that_is_there_twice_is_refused()
    {
        var entities = Alter([Entry([("user", "alice")], ("producer_byte_rate", 1)), Entry([("user", "alice")], ("producer_byte_rate", 2))]).Single();
        var keys = Alter([Entry([("user", "alice")], ("producer_byte_rate", 1), ("producer_byte_rate", 2))]).Single();

        Assert.That((entities.ErrorCode, entities.ErrorMessage), Is.EqualTo((ErrorCode.InvalidRequest, "Ignoring duplicate entity ClientQuotaEntity(entries={user=alice})")));
        Assert.That(
            (keys.ErrorCode, keys.ErrorMessage),
            Is.EqualTo((ErrorCode.InvalidRequest, "Duplicate quota key producer_byte_rate not updating quota for this entity ClientQuotaEntity(entries={user=alice})")));
        Assert.That(Quotas(alice), Is.Empty);
    }

    [Test]
    public void Validating_only_changes_nothing_and_what_is_so_already_writes_nothing()
    {
        Assert.That(Alter([Entry([("user", "alice")], ("producer_byte_rate", 1))], validateOnly: true).Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Quotas(alice), Is.Empty);

        Alter([Entry([("user", "alice")], ("producer_byte_rate", 1))]);
        var offset = broker.Broker.Cluster.Image.Offset;
        Alter([Entry([("user", "alice")], ("producer_byte_rate", 1))]);

        Assert.That(broker.Broker.Cluster.Image.Offset, Is.EqualTo(offset));
    }

    [Test]
    public void Quotas_outlive_a_restart()
    {
        Alter([Entry([("user", null), ("client-id", "app")], ("producer_byte_rate", 7))]);
        using var again = broker.Restart();

        Assert.That(again.Broker.Cluster.Image.ClientQuotas.QuotasOf(ClientQuotaEntity.Of(("client-id", "app"), ("user", null)))["producer_byte_rate"], Is.EqualTo(7));
    }

    System.Collections.Immutable.ImmutableSortedDictionary<string, double> Quotas(ClientQuotaEntity entity) => broker.Broker.Cluster.Image.ClientQuotas.QuotasOf(entity);

    List<AlterClientQuotasResponse.EntryData> Alter(List<AlterClientQuotasRequest.EntryData> entries, short version = 1, bool validateOnly = false) =>
        broker.Connect().Send(new AlterClientQuotasRequest { Entries = entries, ValidateOnly = validateOnly }, version).Entries;

    static AlterClientQuotasRequest.EntryData Entry((string Type, string? Name)[] entity, params (string Key, double? Value)[] quotas) => new()
    {
        Entity = [.. entity.Select(part => new AlterClientQuotasRequest.EntityData { EntityType = part.Type, EntityName = part.Name })],
        Ops = [.. quotas.Select(quota => new AlterClientQuotasRequest.OpData { Key = quota.Key, Value = quota.Value ?? 0, Remove = quota.Value is null })],
    };
}
