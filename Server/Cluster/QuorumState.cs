using System.Globalization;
using System.Text;
using System.Text.Json;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Cluster;

/// <summary><c>quorum-state</c>: the last election of the metadata log's leader, as one line of JSON.</summary>
public sealed record QuorumState(int LeaderId, int LeaderEpoch)
{
    const string Name = "quorum-state";
    const int NewestVersion = 1;

    /// <summary>Reads the file; null when no leader was elected yet.</summary>
    /// <exception cref="IOException">The file cannot be read, or is of another form or version.</exception>
    public static QuorumState? Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!files.FileExists(path))
            return null;
        try
        {
            using var json = JsonDocument.Parse(files.ReadAllBytes(path));
            var root = json.RootElement;
            if (root.GetProperty("data_version").GetInt32() is < 0 or > NewestVersion)
                throw new IOException($"{path} is of a version above {NewestVersion}");
            return new(root.GetProperty("leaderId").GetInt32(), root.GetProperty("leaderEpoch").GetInt32());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new IOException($"{path} is damaged: {e.Message}", e);
        }
    }

    /// <summary>Writes the state in the version that belongs to the quorum's.</summary>
    public void Write(IFileSystem files, string directory, short kraftVersion) => files.WriteAtomically(
        Path.Combine(directory, Name),
        Encoding.UTF8.GetBytes(kraftVersion == 0
            ? string.Create(CultureInfo.InvariantCulture, $$"""{"clusterId":"","leaderId":{{LeaderId}},"leaderEpoch":{{LeaderEpoch}},"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":{{LeaderId}}}],"data_version":0}""")
            : string.Create(CultureInfo.InvariantCulture, $$"""{"leaderId":{{LeaderId}},"leaderEpoch":{{LeaderEpoch}},"votedId":-1,"votedDirectoryId":"{{Uuid.Zero}}","data_version":1}""")));
}
