namespace NettyKafka.Server.Storage.Files;

/// <summary>
/// Bounds the file handles that are open: the one that has not been used for longest gives way, and is opened again when it is needed. Files with bytes that
/// are not flushed keep theirs, since a handle opened later need not hear of a failed write.
/// </summary>
sealed class OpenFiles(int limit)
{
    readonly LinkedList<DiskFile> handles = [];
    readonly Dictionary<string, List<DiskFile>> filesByPath = [];

    /// <summary>Held while a name changes or a handle is opened by it.</summary>
    public Lock Names { get; } = new();

    public int Count
    {
        get
        {
            lock (Names)
                return handles.Count;
        }
    }

    public void Add(DiskFile file)
    {
        lock (Names)
        {
            if (!filesByPath.TryGetValue(file.Path, out var files))
                filesByPath.Add(file.Path, files = []);
            files.Add(file);
        }
    }

    public void Remove(DiskFile file)
    {
        lock (Names)
        {
            if (!filesByPath.TryGetValue(file.Path, out var files) || !files.Remove(file))
                return;
            if (files.Count == 0)
                filesByPath.Remove(file.Path);
        }
    }

    /// <summary>Notes a handle that has been opened, and closes another if these are too many. Under <see cref="Names"/>.</summary>
    public LinkedListNode<DiskFile> Opened(DiskFile file)
    {
        var node = handles.AddLast(file);
        for (var looks = 2 * handles.Count; handles.Count > limit && looks > 0; looks--)
        {
            var oldest = handles.First!;
            handles.RemoveFirst();
            if (oldest == node || !oldest.Value.TryEvict())
                handles.AddLast(oldest);
        }

        return node;
    }

    /// <summary>Under <see cref="Names"/>.</summary>
    public void Closed(LinkedListNode<DiskFile> node)
    {
        if (node.List is not null)
            handles.Remove(node);
    }

    /// <summary>Renames a file, and tells those that have it open what it is called now.</summary>
    public void RenameFile(string path, string newPath, Action<string, string> rename)
    {
        lock (Names)
        {
            // What stands at the new path will have no name any more: it could not be opened again.
            if (filesByPath.Remove(newPath, out var unnamed))
                unnamed.ForEach(file => file.Pin());
            rename(path, newPath);
            Move(path, newPath);
        }
    }

    /// <summary>Renames a directory, and tells those that have files in it open what these are called now.</summary>
    public void RenameDirectory(string path, string newPath, Action<string, string> rename)
    {
        lock (Names)
        {
            rename(path, newPath);
            var prefix = path + Path.DirectorySeparatorChar;
            foreach (var inside in filesByPath.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList())
                Move(inside, newPath + inside[path.Length..]);
        }
    }

    void Move(string path, string newPath)
    {
        if (!filesByPath.Remove(path, out var files))
            return;
        files.ForEach(file => file.Path = newPath);
        filesByPath[newPath] = files;
    }
}
