using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeClientQuotasTests : IDisposable
{
    const sbyte Exact = 0;
    const sbyte Default = 1;
    const sbyte Any = 2;

    readonly TestBroker broker = new();

    public DescribeClientQuotasTests()
    {
        broker.SetQuota("producer_byte_rate", 1, ("user", "alice"));
        broker.SetQuota("producer_byte_rate", 2, ("user", null));
        broker.SetQuota("producer_byte_rate", 3, ("client-id", "app"));
        broker.SetQuota("producer_byte_rate", 4, ("user", "alice"), ("client-id", "app"));
        broker.SetQuota("producer_byte_rate", 5, ("user", "alice"), ("client-id", null));
        broker.SetQuota("connection_creation_rate", 6, ("ip", "10.0.0.1"));
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_describes_all([Range(0, 1)] short version)
    {
        var response = broker.Connect().Send(new DescribeClientQuotasRequest(), version);

        Assert.That(response.Entries!.Select(entry => entry.Values.Single().Value), Is.EquivalentTo(new[] { 1, 2, 3, 4, 5, 6 }));
        var one = response.Entries!.Single(entry => entry.Values.Single().Value == 5);
        Assert.That(one.Entity.Select(part => (part.EntityType, part.EntityName)), Is.EquivalentTo(new[] { ("user", "alice"), ("client-id", (string?)null) }));
    }

    [TestCase(false, "1 4 5", "user", Exact, "alice")]
    [TestCase(true, "1", "user", Exact, "alice")]
    [TestCase(true, "2", "user", Default, null)]
    [TestCase(true, "1 2", "user", Any, null)]
    [TestCase(false, "3 4 5", "client-id", Any, null)]
    [TestCase(false, "5", "client-id", Default, null)]
    [TestCase(false, "6", "ip", Any, null)]
    [TestCase(false, "", "user", Exact, "bob")]
    public void A_filter_tells_which(bool strict, string expected, string type, sbyte matchType, string? match) =>
        Assert.That(Describe(strict, (type, matchType, match)), Is.EqualTo(expected));

    [Test]
    public void All_parts_of_a_filter_have_to_match() =>
        Assert.That(Describe(strict: true, ("user", Exact, "alice"), ("client-id", Any, null)), Is.EqualTo("4 5"));

    [TestCase("", Exact, "x", ErrorCode.InvalidRequest, "Invalid empty entity type.")]
    [TestCase("topic", Exact, "x", ErrorCode.UnsupportedVersion, "Unsupported entity type topic")]
    [TestCase("user", Exact, null, ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_EXACT, but set match string to null.")]
    [TestCase("user", Default, "x", ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_DEFAULT, but also specified a match string.")]
    [TestCase("user", Any, "x", ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.")]
    [TestCase("user", (sbyte)3, "x", ErrorCode.InvalidRequest, "Unknown match type 3")]
    public void A_wrong_filter_is_refused(string type, sbyte matchType, string? match, ErrorCode error, string message)
    {
        var response = broker.Connect().Send(RequestOf(false, (type, matchType, match)), 1);

        Assert.That((response.ErrorCode, response.ErrorMessage, response.Entries), Is.EqualTo((error, message, (object?)null)));
    }

    [Test]
    public void Types_do_not_repeat_and_an_IP_stands_alone()
    {
        var repeated = broker.Connect().Send(RequestOf(false, ("user", Any, null), ("user", Default, null)), 1);
        var combined = broker.Connect().Send(RequestOf(false, ("user", Any, null), ("ip", Default, null)), 1);

        Assert.That((repeated.ErrorCode, repeated.ErrorMessage), Is.EqualTo((ErrorCode.InvalidRequest, "Entity type user cannot appear more than once in the filter.")));
        Assert.That(combined.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    string Describe(bool strict, params (string Type, sbyte MatchType, string? Match)[] components) =>
        string.Join(' ', broker.Connect().Send(RequestOf(strict, components), 1).Entries!.Select(entry => entry.Values.Single().Value).Order());

    static DescribeClientQuotasRequest RequestOf(bool strict, params (string Type, sbyte MatchType, string? Match)[] components) => new()
    {
        Strict = strict,
        Components = [.. components.Select(component => new DescribeClientQuotasRequest.ComponentData { EntityType = component.Type, MatchType = component.MatchType, Match = component.Match })],
    };
}
