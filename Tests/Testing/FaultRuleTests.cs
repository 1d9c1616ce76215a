using NettyKafka.Testing;
using NettyKafka.Testing.Faults;
using ErrorCode = NettyKafka.Codec.Wire.ErrorCode;

namespace NettyKafka.Tests.Testing;

/// <summary>Which rules there can be.</summary>
public sealed class FaultRuleTests
{
    static readonly TestCaseData[] bad =
    [
        Bad(new() { Apis = ["Prodce"], Drop = true }, "There is no API Prodce; there are Produce, Fetch"),
        Bad(new() { Apis = [], Drop = true }, "Apis is empty"),
        Bad(new(), "one of Error, ThrottleTimeMs, Drop, CloseConnection, BlackHole, CorruptRecords, or a Delay; this one does 0"),
        Bad(new() { Drop = true, BlackHole = true }, "this one does 2"),
        Bad(new() { Drop = true, MinVersion = 3, MaxVersion = 2 }, "MinVersion 3 is above MaxVersion 2"),
        Bad(new() { Drop = true, Count = 0 }, "Count is 0"),
        Bad(new() { Drop = true, Skip = -1 }, "Skip is -1"),
        Bad(new() { Drop = true, Probability = 1.5 }, "Probability is 1.5"),
        Bad(new() { Drop = true, Seed = 1 }, "without Probability"),
        Bad(new() { Delay = TimeSpan.Zero }, "Delay is 00:00:00"),
        Bad(new() { ThrottleTimeMs = 0 }, "ThrottleTimeMs is 0"),
        Bad(new() { Error = ErrorCode.None }, "None is no error"),
        Bad(new() { Error = (ErrorCode)999 }, "There is no error 999"),
        Bad(new() { Drop = true, When = FaultTime.After }, "When is for Error and CloseConnection"),
        Bad(new() { Drop = true, TopLevel = true }, "TopLevel is for Error"),
        Bad(new() { Apis = ["Heartbeat"], Topic = "t", Drop = true }, "Heartbeat names no topics; those that do: Produce, Fetch"),
        Bad(new() { Apis = ["Produce"], Group = "g", Drop = true }, "Produce names no group; those that do: OffsetCommit"),
        Bad(new() { Apis = ["Fetch"], TransactionalId = "t", Drop = true }, "Fetch names no transactional id; those that do: Produce"),
        Bad(new() { Apis = ["Produce"], CorruptRecords = true }, "Produce answers no records"),
        Bad(new() { Apis = ["WriteTxnMarkers"], Error = ErrorCode.NotController, TopLevel = true }, "WriteTxnMarkers cannot be answered with an error as a whole"),
        Bad(new() { Apis = ["AlterClientQuotas"], Error = ErrorCode.NotController }, "AlterClientQuotas cannot be answered with an error; those that can: Produce"),
    ];

    [TestCaseSource(nameof(bad))]
    public async Task A_rule_that_cannot_be_is_refused(FaultRule rule, string message)
    {
        await using var kafka = await EmbeddedKafka.StartAsync();

        Assert.That(() => kafka.Faults.Add(rule), Throws.ArgumentException.With.Message.Contains(message));
        Assert.That(kafka.Faults.List(), Is.Empty);
    }

    [Test]
    public async Task An_interceptor_does_what_it_does_by_itself()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();

        Assert.That(() => kafka.Faults.Intercept(new() { Drop = true }, request => request.NextAsync()), Throws.ArgumentException.With.Message.Contains("only which requests"));
    }

    [Test]
    public void Rules_are_read_from_JSON()
    {
        const string json = """
            [
              { "apis": ["Produce"], "topic": "orders", "partitions": [0, 2], "error": "NOT_LEADER_OR_FOLLOWER", "count": 3, "when": "after" },
              // A second and a half, one way and the other.
              { "clientId": "slow", "delay": 1500 },
              { "principal": "User:alice", "delay": "00:00:01.5", "closeConnection": true, "probability": 0.5, "seed": 1 },
            ]
            """;

        var rules = FaultRules.Parse(json);

        Assert.That(rules[0].Partitions, Is.EqualTo(new[] { 0, 2 }));
        Assert.That((rules[0].Apis!.Single(), rules[0].Topic, rules[0].Error, rules[0].Count, rules[0].When), Is.EqualTo(("Produce", "orders", ErrorCode.NotLeaderOrFollower, 3, FaultTime.After)));
        Assert.That(rules[1], Is.EqualTo(new FaultRule { ClientId = "slow", Delay = TimeSpan.FromSeconds(1.5) }));
        Assert.That(rules[2], Is.EqualTo(new FaultRule { Principal = "User:alice", Delay = TimeSpan.FromSeconds(1.5), CloseConnection = true, Probability = 0.5, Seed = 1 }));
    }

    [TestCase("""[{ "api": "Produce" }]""", "A rule has no property api; it has apis, minVersion")]
    [TestCase("""[{ "error": "NOT_A_LEADER" }]""", "\"NOT_A_LEADER\" is no value of error: it is one of NONE, OFFSET_OUT_OF_RANGE")]
    [TestCase("""[{ "when": "later" }]""", "it is one of BEFORE, AFTER")]
    [TestCase("""[{ "delay": "long" }]""", "whole number of milliseconds")]
    [TestCase("""[{ "count": "many" }]""", "\"many\" is no value of count: Int32 is needed")]
    [TestCase("""[1]""", "A rule is a JSON object, not 1")]
    [TestCase("""[{ "count": 1 """, "no valid JSON")]
    public void JSON_that_is_no_rule_is_refused(string json, string message) =>
        Assert.That(() => FaultRules.Parse(json), Throws.ArgumentException.With.Message.Contains(message));

    [Test]
    public void A_rule_is_written_as_it_is_read()
    {
        var rule = new FaultRule { Topic = "orders", Error = ErrorCode.NotLeaderOrFollower, When = FaultTime.After, Delay = TimeSpan.FromSeconds(1.5), Count = 3 };

        var json = FaultRules.ToJson(rule);

        Assert.That(json, Is.EqualTo("""{"topic":"orders","count":3,"error":"NOT_LEADER_OR_FOLLOWER","when":"AFTER","delay":"00:00:01.5000000"}"""));
        Assert.That(FaultRules.Parse(json).Single(), Is.EqualTo(rule));
    }

    [Test]
    public async Task A_file_is_taken_whole_or_not_at_all()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, """[{ "apis": ["Fetch"], "delay": 5 }, { "count": 1 }]""");
            Assert.That(() => kafka.Faults.Load(path), Throws.ArgumentException);
            Assert.That(kafka.Faults.List(), Is.Empty);

            await File.WriteAllTextAsync(path, """[{ "apis": ["Fetch"], "delay": 5 }, { "apis": ["Produce"], "drop": true }]""");
            Assert.That(kafka.Faults.Load(path), Is.EqualTo(kafka.Faults.List()).And.Count.EqualTo(2));
        }
        finally
        {
            File.Delete(path);
        }
    }

    static TestCaseData Bad(FaultRule rule, string message) => new(rule, message);
}
