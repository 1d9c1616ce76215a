using System.Globalization;
using System.Text;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary><c>meta.properties</c>: which cluster and node a data directory belongs to, and its own id.</summary>
public sealed record MetaProperties(string ClusterId, int NodeId, Uuid DirectoryId)
{
    const string Name = "meta.properties";
    const string Version = "1";

    /// <summary>Reads the file; null when the directory has none yet.</summary>
    /// <exception cref="InvalidDataException">The file is of another form or version.</exception>
    public static MetaProperties? Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!files.FileExists(path))
            return null;
        var values = Parse(Encoding.UTF8.GetString(files.ReadAllBytes(path)));
        if (values.GetValueOrDefault("version") != Version)
            throw new InvalidDataException($"{path} is not of version {Version}");
        if (!values.TryGetValue("cluster.id", out var clusterId) || !int.TryParse(values.GetValueOrDefault("node.id"), CultureInfo.InvariantCulture, out var nodeId))
            throw new InvalidDataException($"{path} has no cluster.id or no node.id");
        return new(clusterId, nodeId, Uuid.TryParse(values.GetValueOrDefault("directory.id", ""), out var directoryId) ? directoryId.Value : Uuid.Zero);
    }

    public void Write(IFileSystem files, string directory) => files.WriteAtomically(
        Path.Combine(directory, Name),
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"version={Version}\ncluster.id={ClusterId}\nnode.id={NodeId}\ndirectory.id={DirectoryId}\n")));

    static Dictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (!line.StartsWith('#') && line.Split('=', 2) is [var key, var value])
                values[key.Trim()] = value.Trim();
        }

        return values;
    }
}
