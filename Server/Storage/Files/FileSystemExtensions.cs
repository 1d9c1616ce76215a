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

    /// <summary>Creates a directory, and parents that are missing, so that a crash does not take their names away.</summary>
    public static void CreateDurableDirectory(this IFileSystem files, string path)
    {
        var parents = new List<string>();
        for (var directory = path; !string.IsNullOrEmpty(directory) && !files.DirectoryExists(directory); directory = Path.GetDirectoryName(directory))
            parents.Add(Path.GetDirectoryName(directory) is { Length: > 0 } parent ? parent : ".");
        files.CreateDirectory(path);
        parents.ForEach(files.FlushDirectory);
    }
}
