namespace NettyKafka.Server.Storage.Files;

/// <summary>
/// Which names would be left if the power went now. Changes in a directory become durable in their order; how far they are is known only when it is flushed.
/// Directories at the top are there from the beginning.
/// </summary>
sealed class NameJournal
{
    readonly Dictionary<string, IFile> files = [];
    readonly HashSet<string> directories = [];
    readonly List<Change> pending = [];

    public IReadOnlyDictionary<string, IFile> Files => files;

    public IReadOnlyCollection<string> Directories => directories;

    public void Created(string path, IFile file) => pending.Add(new(ParentOf(path), names => names[path] = file, null));

    public void Deleted(string path) => pending.Add(new(ParentOf(path), names => names.Remove(path), null));

    public void Renamed(string path, string newPath) => pending.Add(new(
        ParentOf(newPath),
        names =>
        {
            if (names.Remove(path, out var file))
                names[newPath] = file;
        },
        null));

    public void CreatedDirectory(string path)
    {
        if (string.IsNullOrEmpty(ParentOf(path)) || ParentOf(path) == Path.GetPathRoot(path))
            directories.Add(path);
        else
            pending.Add(new(ParentOf(path), null, () => directories.Add(path)));
    }

    public void DeletedDirectory(string path) => pending.Add(new(ParentOf(path), null, () => Move(path, null)));

    /// <summary>What was changed inside before comes with it.</summary>
    public void RenamedDirectory(string path, string newPath)
    {
        ApplyAll(change => change.Directory == path);
        pending.Add(new(ParentOf(path), null, () => Move(path, newPath)));
    }

    public void Flush(string directory) => ApplyAll(change => change.Directory == directory);

    /// <summary>Everything is durable.</summary>
    public void FlushAll() => ApplyAll(_ => true);

    /// <summary>Of the changes of each directory the first ones came through, or all of them; the others are forgotten.</summary>
    public void Cut(Random random)
    {
        var left = pending.GroupBy(change => change.Directory).ToDictionary(group => group.Key, group => random.Next(3) == 0 ? group.Count() : random.Next(group.Count() + 1));
        foreach (var change in pending)
        {
            if (left[change.Directory]-- > 0)
                Apply(change);
        }

        pending.Clear();
        foreach (var lost in files.Keys.Where(path => !IsReachable(ParentOf(path))).ToList())
            files.Remove(lost);
        directories.RemoveWhere(path => !IsReachable(path));
    }

    static string ParentOf(string path) => Path.GetDirectoryName(path) ?? "";

    bool IsReachable(string directory) =>
        string.IsNullOrEmpty(directory) || directory == Path.GetPathRoot(directory) || (directories.Contains(directory) && IsReachable(ParentOf(directory)));

    void ApplyAll(Func<Change, bool> isMeant)
    {
        foreach (var change in pending.Where(isMeant))
            Apply(change);
        pending.RemoveAll(change => isMeant(change));
    }

    void Apply(Change change)
    {
        change.Files?.Invoke(files);
        change.Directories?.Invoke();
    }

    void Move(string path, string? newPath)
    {
        var prefix = path + Path.DirectorySeparatorChar;
        foreach (var inside in files.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList())
        {
            files.Remove(inside, out var file);
            if (newPath is not null)
                files[newPath + inside[path.Length..]] = file!;
        }

        foreach (var moved in directories.Where(name => name == path || name.StartsWith(prefix, StringComparison.Ordinal)).ToList())
        {
            directories.Remove(moved);
            if (newPath is not null)
                directories.Add(newPath + moved[path.Length..]);
        }
    }

    sealed record Change(string Directory, Action<Dictionary<string, IFile>>? Files, Action? Directories);
}
