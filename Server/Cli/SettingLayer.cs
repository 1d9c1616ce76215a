namespace NettyKafka.Cli;

/// <summary>Settings that come from one place; no record, since they may be secrets.</summary>
sealed class SettingLayer(string source, IReadOnlyDictionary<string, string> settings)
{
    public string Source => source;

    public IReadOnlyDictionary<string, string> Settings => settings;
}
