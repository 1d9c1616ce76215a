namespace NettyKafka.Server.Storage.Files;

/// <summary>Whole small files over <see cref="IFileSystem"/>.</summary>
public static class FileSystemExtensions
{
    const string TemporarySuffix = ".tmp";

    public static byte[] ReadAllBytes(this IFileSystem files, string path)
    {
        using var file = files.Open(path);
        var bytes = new byte[file.Length];
        var read = file.Read(bytes, 0);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>Replaces a file as a whole: after a crash there is the old content or the new one.</summary>
    public static void WriteAtomically(this IFileSystem files, string path, ReadOnlySpan<byte> content, bool flush = true)
    {
        var temporary = path + TemporarySuffix;
        using (var file = files.Open(temporary))
        {
            file.SetLength(0);
            file.Write(content, 0);
            if (flush)
                file.Flush();
        }

        files.RenameFile(temporary, path);
        if (flush)
            files.FlushDirectory(Path.GetDirectoryName(path)!);
    }
}
