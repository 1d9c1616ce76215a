using System.Globalization;
using System.Text;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary><c>.kafka_cleanshutdown</c>: while it stands in a data directory, the logs in there need no recovery.</summary>
static class CleanShutdownFile
{
    const string Name = ".kafka_cleanshutdown";

    /// <summary>Whether the last stop was clean. The mark is taken away, so that it does not outlive a crash.</summary>
    public static bool Take(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!files.FileExists(path))
            return false;
        files.DeleteFile(path);
        files.FlushDirectory(directory);
        return true;
    }

    public static void Write(IFileSystem files, string directory, long brokerEpoch) => files.WriteAtomically(
        Path.Combine(directory, Name),
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"version\":0,\"brokerEpoch\":{brokerEpoch}}}")));
}
