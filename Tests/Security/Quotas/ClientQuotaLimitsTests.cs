using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security.Quotas;

namespace NettyKafka.Tests.Security.Quotas;

public sealed class ClientQuotaLimitsTests
{
    const string Key = ClientQuotaKeys.ProducerByteRate;

    /// <summary>Kafka's order of precedence, with whom a client shares each limit.</summary>
    static readonly (ClientQuotaEntity Entity, string User, string ClientId)[] levels =
    [
        (Entity(("user", "alice"), ("client-id", "app")), "alice", "app"),
        (Entity(("user", "alice"), ("client-id", null)), "alice", "app"),
        (Entity(("user", "alice")), "alice", ""),
        (Entity(("user", null), ("client-id", "app")), "alice", "app"),
        (Entity(("user", null), ("client-id", null)), "alice", "app"),
        (Entity(("user", null)), "alice", ""),
        (Entity(("client-id", "app")), "", "app"),
        (Entity(("client-id", null)), "", "app"),
    ];

    [Test]
    public void Of_all_levels_that_are_set_the_first_counts([Range(1, 255)] int set)
    {
        var image = ClientQuotasImage.Empty;
        for (var level = 0; level < levels.Length; level++)
        {
            if ((set & (1 << level)) != 0)
                image = Set(image, levels[level].Entity, level);
        }

        var isFound = ClientQuotaLimits.Of(image, Key).TryFind("alice", "app", out var limit, out var subject);

        var expected = int.TrailingZeroCount(set);
        Assert.That((isFound, limit, subject), Is.EqualTo((true, (double)expected, new QuotaSubject(levels[expected].User, levels[expected].ClientId))));
    }

    [TestCase("bob", "app", false)]
    [TestCase("alice", "other", false)]
    [TestCase("alice", "app", true)]
    public void A_name_is_for_nobody_else(string user, string clientId, bool isFound) =>
        Assert.That(ClientQuotaLimits.Of(Set(ClientQuotasImage.Empty, levels[0].Entity, 1), Key).TryFind(user, clientId, out _, out _), Is.EqualTo(isFound));

    [Test]
    public void A_client_without_an_id_has_the_quotas_of_users_only()
    {
        var image = Set(Set(Set(ClientQuotasImage.Empty, levels[1].Entity, 1), levels[7].Entity, 7), levels[5].Entity, 5);

        Assert.That(ClientQuotaLimits.Of(image, Key).TryFind("alice", "", out var limit, out var subject), Is.True);
        Assert.That((limit, subject), Is.EqualTo((5d, new QuotaSubject("alice", ""))));
    }

    [Test]
    public void Quotas_of_another_key_or_of_addresses_are_none_of_them()
    {
        var image = ClientQuotasImage.Empty
            .Replay(ClientQuotasImage.RecordOf(levels[2].Entity, ClientQuotaKeys.ConsumerByteRate, 1))
            .Replay(ClientQuotasImage.RecordOf(Entity(("ip", null)), Key, 1));

        Assert.That(ClientQuotaLimits.Of(image, Key).IsEmpty);
    }

    static ClientQuotasImage Set(ClientQuotasImage image, ClientQuotaEntity entity, double value) => image.Replay(ClientQuotasImage.RecordOf(entity, Key, value));

    static ClientQuotaEntity Entity(params ReadOnlySpan<(string Type, string? Name)> parts) => ClientQuotaEntity.Of(parts);
}
