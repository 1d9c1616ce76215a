using System.Text;
using NettyKafka.Server.Config;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Config;

/// <summary>The README tells of every config what it does here, in the words of its definition.</summary>
public sealed class ConfigTableTests
{
    const string Begin = "<!-- configs -->\n";
    const string End = "<!-- end of configs -->";

    [Test]
    public void The_readme_lists_every_config_as_it_behaves_here()
    {
        var readme = Repository.ReadAllText("README.md");
        var listed = readme[(readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..readme.IndexOf(End, StringComparison.Ordinal)];
        var expected = Render();
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, "configs.md");
        File.WriteAllText(file, expected);

        Assert.That(listed, Is.EqualTo(expected), $"What stands between the two marks of the README should be what is in {file}.");
    }

    static string Render()
    {
        var text = new StringBuilder();
        Append(text, "Broker", BrokerConfigs.Definition, "when it is read", key => key.Mode switch
        {
            DynamicMode.PerBroker => "live, of a broker",
            DynamicMode.ClusterWide => "live",
            _ => "at the start",
        });
        Append(text, "Broker, beside Kafka's own definition", BrokerConfigs.Beside, "when it is read", _ => "at the start");
        Append(text, "Topic", TopicConfigs.Definition, "of brokers", key => TopicConfigs.BrokerNameOf(key.Name) is { } name ? $"`{name}`" : "");
        Append(text, "Group", GroupConfigs.Definition);
        Append(text, "Client metrics", ClientMetricsConfigs.Definition);
        return text.ToString();
    }

    static void Append(StringBuilder text, string title, ConfigDef definition, string? column = null, Func<ConfigKey, string>? value = null)
    {
        text.Append($"\n**{title}**\n\n| config | default |{(column is null ? "" : $" {column} |")} what it does |\n|---|---|{(column is null ? "" : "---|")}---|\n");
        foreach (var key in definition.Keys.Where(key => key.IsUsed))
            text.Append($"| `{key.Name}` | {DefaultOf(key)} |{(column is null ? "" : $" {value!(key)} |")} {Escape(key.Documentation!)} |\n");
        var unused = definition.Keys.Where(key => !key.IsUsed).Select(key => $"`{key.Name}`").ToList();
        if (unused.Count > 0)
            text.Append($"\nAccepted and checked as in Kafka, without effect here: {string.Join(", ", unused)}.\n");
    }

    static string DefaultOf(ConfigKey key) => key.IsRequired || string.IsNullOrEmpty(key.Default) ? "" : $"`{key.Default}`";

    static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
