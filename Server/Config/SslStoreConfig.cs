namespace NettyKafka.Server.Config;

/// <summary>Where a key store or a trust store is: in a file, or inline in PEM.</summary>
/// <param name="config">The listener's configs.</param>
/// <param name="store"><c>keystore</c> or <c>truststore</c>.</param>
/// <param name="inlineName">The config that has the content itself.</param>
public sealed class SslStoreConfig(SslConfig config, string store, string inlineName)
{
    const string Pem = "PEM";

    public string? Location => config.Find(LocationName);

    public string? Password => config.Find(PasswordName);

    public string? Inline => config.Find(inlineName);

    public bool IsSet => Location is not null || Inline is not null;

    public bool IsPem => string.Equals(config.Find(TypeName), Pem, StringComparison.OrdinalIgnoreCase);

    /// <summary>The config that says where the content is, for a message.</summary>
    public string Description => config.Describe(Inline is null ? LocationName : inlineName);

    public string PasswordDescription => config.Describe(PasswordName);

    string LocationName => $"ssl.{store}.location";

    string PasswordName => $"ssl.{store}.password";

    string TypeName => $"ssl.{store}.type";

    /// <exception cref="ConfigException">The configs of the store do not go together.</exception>
    public void Check()
    {
        if (Inline is not null && !IsPem)
            throw new ConfigException($"{config.Describe(TypeName)}: PEM is expected with {inlineName}");
        if (Inline is not null && Location is not null)
            throw new ConfigException($"{config.Describe(LocationName)}: no value is expected with {inlineName}");
        if (IsPem && Password is not null)
            throw new ConfigException($"{PasswordDescription}: no value is expected with PEM, where only the key has a password (ssl.key.password)");
        if (!IsSet && Password is not null)
            throw new ConfigException($"{PasswordDescription}: {LocationName} is expected with it");
    }
}
