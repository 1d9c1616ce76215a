using System.Text.Json;
using System.Text.RegularExpressions;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Codec;

/// <summary>A record as Kafka's dump tool shows it. A key or a value is null where the record has none; a control record's value stands beside the name of its type.</summary>
sealed partial record DumpedRecord(long Offset, string? ControlType, JsonElement? Key, JsonElement? Value)
{
    static readonly Lazy<IReadOnlyDictionary<string, List<DumpedRecord>>> AllLogs = new(Load);

    /// <summary>The dumped records by the log's path in the data directory.</summary>
    public static IReadOnlyDictionary<string, List<DumpedRecord>> ByLog => AllLogs.Value;

    [GeneratedRegex(@"^\| offset: (?<offset>\d+) .*?headerKeys: \[\] (?:key: (?<key>\{.*?\}) )?(?:payload: |(?<control>\w+):? )(?<value>.*)$")]
    static partial Regex Line { get; }

    static Dictionary<string, List<DumpedRecord>> Load()
    {
        var logs = new Dictionary<string, List<DumpedRecord>>();
        var log = "";
        foreach (var line in KafkaSample.ReadLines("expected-dump.txt.gz"))
        {
            if (line.StartsWith("Dumping ", StringComparison.Ordinal))
                log = line["Dumping ".Length..];
            else if (log.StartsWith("__", StringComparison.Ordinal) && Line.Match(line) is { Success: true } match)
                (logs.TryGetValue(log, out var records) ? records : logs[log] = []).Add(Parse(match));
        }

        return logs;
    }

    static DumpedRecord Parse(Match match) => new(
        long.Parse(match.Groups["offset"].ValueSpan, null),
        match.Groups["control"] is { Success: true } control ? control.Value : null,
        match.Groups["key"].Success ? Json(match.Groups["key"].Value) : null,
        match.Groups["value"].Value is "<DELETE>" ? null : Json(match.Groups["value"].Value));

    static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
