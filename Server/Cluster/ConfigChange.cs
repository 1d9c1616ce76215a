using NettyKafka.Server.Config;

namespace NettyKafka.Server.Cluster;

/// <summary>What somebody wants of the configs of one resource; with <paramref name="replacesAll"/> those that are not named go.</summary>
public sealed class ConfigChange(ConfigResource resource, IReadOnlyList<ConfigChange.Entry> entries, bool replacesAll)
{
    public ConfigResource Resource => resource;

    public IReadOnlyList<Entry> Entries => entries;

    public bool ReplacesAll => replacesAll;

    /// <summary>One config; no record, so that no text of it can show a secret.</summary>
    public sealed class Entry(string name, AlterConfigOp op, string? value)
    {
        public string Name => name;

        public AlterConfigOp Op => op;

        public string? Value => value;
    }
}
