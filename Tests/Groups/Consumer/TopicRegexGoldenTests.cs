using NettyKafka.Server.Groups.Consumer;

namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>What RE2/J 1.7 makes of each pattern: which of the names in the first row it matches, or that it refuses it.</summary>
public sealed class TopicRegexGoldenTests
{
    static readonly string[][] rows = [.. File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Groups", "Consumer", "Golden", "topic-regexes.tsv")).Select(line => line.Split('\t'))];

    static IEnumerable<TestCaseData> Patterns => rows.Skip(1).Select(row => new TestCaseData(row[0], row[1]));

    [TestCaseSource(nameof(Patterns))]
    public void A_pattern_means_what_it_means_to_RE2J(string pattern, string expected)
    {
        var names = rows[0][1].Split(' ');

        var found = TopicRegex.TryParse(pattern, out var regex, out _) ? string.Join(' ', names.Where(regex.IsMatch)) : "refused";

        Assert.That(found, Is.EqualTo(expected));
    }
}
