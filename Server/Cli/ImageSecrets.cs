using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

/// <summary>What the apache/kafka image takes from a mounted directory: variables name a store, and files that hold nothing but a password.</summary>
static class ImageSecrets
{
    public const string Directory = "/etc/kafka/secrets";

    static readonly (string Variable, string Property)[] stores =
        [("KAFKA_SSL_KEYSTORE_FILENAME", "ssl.keystore.location"), ("KAFKA_SSL_TRUSTSTORE_FILENAME", "ssl.truststore.location")];

    static readonly (string Variable, string Property)[] passwords =
    [
        ("KAFKA_SSL_KEY_CREDENTIALS", "ssl.key.password"), ("KAFKA_SSL_KEYSTORE_CREDENTIALS", "ssl.keystore.password"), ("KAFKA_SSL_TRUSTSTORE_CREDENTIALS", "ssl.truststore.password"),
    ];

    public static Dictionary<string, string> Read(IReadOnlyDictionary<string, string> environment, string directory = Directory)
    {
        Dictionary<string, string> properties = [];
        foreach (var (variable, property) in stores)
            if (environment.GetValueOrDefault(variable) is { Length: > 0 } name)
                properties[property] = Path.Combine(directory, name);
        foreach (var (variable, property) in passwords)
            if (environment.GetValueOrDefault(variable) is { Length: > 0 } name)
                properties[property] = ReadPassword(variable, Path.Combine(directory, name));
        return properties;
    }

    static string ReadPassword(string variable, string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{variable}={Path.GetFileName(path)}: a file in {Path.GetDirectoryName(path)} is expected that can be read ({e.Message})");
        }
    }
}
