using NettyKafka.Server.Groups.Consumer;

namespace NettyKafka.Tests.Groups.Consumer;

public sealed class TopicRegexTests
{
    [TestCase("orders-.*", "orders-eu", true)]
    [TestCase("orders-.*", "old-orders-eu", false, Description = "the whole name has to match")]
    [TestCase("orders", "orders-eu", false)]
    [TestCase("(?i)ORDERS\\.v[0-9]{1,2}", "orders.V12", true)]
    [TestCase("(?<team>a|b)_(?P<topic>.+)", "b_x", true, Description = "the newer way to name a group too")]
    [TestCase("", "", true)]
    [TestCase("", "a", false)]
    [TestCase("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false)]
    [TestCase("(.*x){9}", "xxxxxxxxx", true)]
    [TestCase("[a-z]{1,249}", "a", true)]
    [TestCase(".*", "é", false, Description = "no topic has such a name")]
    [TestCase("\U0001F600|a", "a", true)]
    [TestCase("\ud83d|a", "a", true, Description = "half a surrogate pair is a character too")]
    public void Matches_whole_topic_names(string pattern, string topic, bool expected) =>
        Assert.That(Parse(pattern).IsMatch(topic), Is.EqualTo(expected));

    [TestCase("a(b", "missing closing ) of the group at position 1")]
    [TestCase("a)b", "a ) without a group at position 1")]
    [TestCase("a[b", "missing closing ] of the class at position 1")]
    [TestCase("a[[:b:]]", "unknown POSIX class at position 2")]
    [TestCase("[c-a]", "the ends of a range are out of order at position 1")]
    [TestCase("a**", "a repetition of a repetition at position 2")]
    [TestCase("a|*", "nothing to repeat at position 2")]
    [TestCase("a{1001}", "invalid repeat count at position 1")]
    [TestCase("(?=a)", "invalid or unsupported group at position 0")]
    [TestCase("(?<one-two>a)", "invalid or unsupported group at position 0")]
    [TestCase("(?<a>a)(?<a>b)", "a name that another group has at position 7")]
    [TestCase("a\\", "a backslash is the last character at position 1")]
    [TestCase("a\\1", "invalid escape at position 1")]
    [TestCase("a\n\\p{Elvish}", "unknown Unicode class at position 2", Description = "the error is one line whatever the pattern")]
    public void A_wrong_pattern_is_refused_with_what_is_wrong_and_where(string pattern, string expected)
    {
        Assert.That(TopicRegex.TryParse(pattern, out _, out var error), Is.False);
        Assert.That(error, Is.EqualTo(expected));
    }

    [TestCase("((a{1000}){1000}){1000}")]
    [TestCase("(.{1,1000}){1,1000}")]
    [TestCase("(a{100}){101}")]
    [TestCase("((((a{10}){10}){10}){10}){10}")]
    [TestCase("(a{1000}(a{1000}(a{1000}(a{1000}(a{1000}(a{1000}(a{1000}(a{1000}(a{1000}(a{1000}(a{1000})))))))))))")]
    [TestCase("((a{1000}){9}){0}((a{1000}){9}){2}")]
    public void A_pattern_that_repeats_too_much_is_refused(string pattern)
    {
        Assert.That(TopicRegex.TryParse(pattern, out _, out var error), Is.False);
        Assert.That(error, Does.StartWith("the expression repeats too much"));
    }

    [TestCase("((){1000}){1000}")]
    [TestCase("((a{1000}){9}){0}((a{1000}){9}){0}((a{1000}){9})?")]
    public void What_is_not_there_does_not_count_as_repeated(string pattern) => Assert.That(Parse(pattern).IsMatch(""));

    [Test]
    public void A_pattern_is_as_long_and_as_deep_as_is_allowed_and_no_more()
    {
        Assert.That(Parse(string.Concat(Enumerable.Repeat("()", TopicRegex.MaxLength / 2))).IsMatch(""));
        Assert.That(TopicRegex.TryParse(new('a', TopicRegex.MaxLength + 1), out _, out _), Is.False);
        Assert.That(Parse(Nested(1000)).IsMatch("a"));
        Assert.That(TopicRegex.TryParse(Nested(1001), out _, out var error), Is.False);
        Assert.That(error, Does.StartWith("groups are nested too deep"));

        static string Nested(int depth) => new string('(', depth) + 'a' + new string(')', depth);
    }

    [Test]
    public void A_random_pattern_is_parsed_or_refused()
    {
        var random = SeededRandom();
        string[] tokens =
        [
            "a", "B", "k", "0", "_", "{", "}", ",", "1", "(", "(?:", "(?i)", "(?P<n>", ")", ")", "|", "*", "+", "?", "{2}", "{1,3}", "{0}", "{,2}", "[", "]", "[^", "-", "^", "$", ".",
            "\\", "[:", ":]", "[[:alpha:]]", "\\d", "\\W", "\\b", "\\Q", "\\E", "\\p", "\\pL", "\\p{Lu}", "\\x", "\\x{", "\\101", "é", "\ud83d", "\0", "\n", "(?", "<", ">", "=", "!",
        ];
        for (var round = 0; round < 20_000; round++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => tokens[random.Next(tokens.Length)]));
            if (TopicRegex.TryParse(pattern, out var regex, out var error))
                Assert.That(() => regex.IsMatch("aB-k.0_"), Throws.Nothing, pattern);
            else
                Assert.That(error, Is.Not.Empty.And.Not.Contains('\n'), pattern);
        }
    }

    [Test]
    public void A_random_pattern_matches_what_a_backtracking_search_matches()
    {
        var random = SeededRandom();
        for (var round = 0; round < 2_000; round++)
        {
            var pattern = RandomPattern(random, 3);
            var regex = Parse(pattern.ToString());
            for (var name = 0; name < 20; name++)
            {
                var topic = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "abc"[random.Next(3)]));
                Assert.That(regex.IsMatch(topic), Is.EqualTo(pattern.Ends(topic, 0).Contains(topic.Length)), $"{pattern} on '{topic}'");
            }
        }
    }

    [Test]
    public void A_match_ends_when_its_budget_is_used_up()
    {
        var regex = Parse("(a|aa)*");
        string[] topics = ["aaa", "b", "aaaaaa"];

        Assert.That(regex.Match(topics, 1_000)!.Names, Is.EqualTo(new[] { "aaa", "aaaaaa" }));
        Assert.That(regex.Match(topics, 20), Is.Null);
    }

    static TopicRegex Parse(string pattern)
    {
        Assert.That(TopicRegex.TryParse(pattern, out var regex, out var error), error);
        return regex!;
    }

    static Random SeededRandom()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        return new(seed);
    }

    static BacktrackingPattern RandomPattern(Random random, int depth) => random.Next(depth == 0 ? 2 : 6) switch
    {
        0 => BacktrackingPattern.OneOf("abc"[random.Next(3)].ToString()),
        1 => BacktrackingPattern.OneOf(random.Next(2) == 0 ? "ab" : "bc"),
        2 => BacktrackingPattern.Either(RandomPattern(random, depth - 1), RandomPattern(random, depth - 1)),
        3 => BacktrackingPattern.Repeat(RandomPattern(random, depth - 1), random.Next(3), random.Next(3, 5)),
        4 => BacktrackingPattern.Repeat(RandomPattern(random, depth - 1), random.Next(3), int.MaxValue),
        _ => BacktrackingPattern.Both(RandomPattern(random, depth - 1), RandomPattern(random, depth - 1)),
    };
}
