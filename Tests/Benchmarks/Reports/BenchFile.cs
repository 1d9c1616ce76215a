using System.Text.Json;

namespace NettyKafka.Benchmarks.Reports;

/// <summary>The results as JSON, for who compares runs.</summary>
static class BenchFile
{
    static readonly JsonSerializerOptions options = new() { WriteIndented = true };

    public static void Write(string path, string conditions, IReadOnlyList<ScenarioResult> results, IReadOnlyList<Goal> goals)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var report = new
        {
            Date = TimeProvider.System.GetUtcNow(),
            Conditions = conditions.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Scenarios = results.Select(result => result.Figures()),
            Goals = goals.Select(goal => new { goal.What, goal.Measured, goal.AtMost, goal.Unit, goal.Verdict }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(report, options));
    }
}
