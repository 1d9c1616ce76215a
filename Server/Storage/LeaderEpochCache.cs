using System.Globalization;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>The leader epochs of a log with their start offsets, kept in <c>leader-epoch-checkpoint</c>.</summary>
sealed class LeaderEpochCache
{
    public const string FileName = "leader-epoch-checkpoint";

    readonly Lock entriesLock = new();
    readonly Lock writeLock = new();
    readonly IFileSystem files;
    readonly string path;
    readonly List<EpochEntry> entries;
    byte[]? written;
    bool isDiscarded;

    public LeaderEpochCache(IFileSystem files, string directory)
    {
        this.files = files;
        path = Path.Combine(directory, FileName);
        written = files.FileExists(path) ? files.ReadAllBytes(path) : null;
        entries = written is null ? [] : Checkpoint.Read(written, path, Parse);
    }

    public int? LatestEpoch
    {
        get
        {
            lock (entriesLock)
                return entries is [.., var last] ? last.Epoch : null;
        }
    }

    /// <summary>Notes that an epoch begins at an offset. An entry that contradicts it, because what it stood for is gone, gives way.</summary>
    public void Assign(int epoch, long startOffset)
    {
        lock (entriesLock)
        {
            if (entries is [.., var last] && last.Epoch == epoch && startOffset >= last.StartOffset)
                return;
            Add(new(epoch, startOffset));
        }

        Write();
    }

    /// <summary>The end offset of an epoch as OffsetForLeaderEpoch answers it.</summary>
    public EpochEndOffset EndOffsetFor(int epoch, long logEndOffset)
    {
        lock (entriesLock)
        {
            if (entries is not [.., var last] || epoch < 0 || epoch > last.Epoch)
                return EpochEndOffset.Undefined;
            if (epoch == last.Epoch)
                return new(epoch, logEndOffset);
            var higher = entries.FindIndex(entry => entry.Epoch > epoch);
            return new(higher == 0 ? epoch : entries[higher - 1].Epoch, entries[higher].StartOffset);
        }
    }

    /// <summary>The epoch that an offset was written in; null below the first one known.</summary>
    public int? EpochFor(long offset)
    {
        lock (entriesLock)
            return entries.FindLastIndex(entry => entry.StartOffset <= offset) is >= 0 and var found ? entries[found].Epoch : null;
    }

    public void TruncateFromEnd(long endOffset)
    {
        ForgetFrom(endOffset);
        Write();
    }

    /// <summary>Drops the epochs that begin at or behind an offset, and leaves the file: at a start the leader's epoch is most often assigned there again.</summary>
    public void ForgetFrom(long endOffset)
    {
        lock (entriesLock)
            entries.RemoveAll(entry => entry.StartOffset >= endOffset);
    }

    /// <summary>
    /// Drops what ends at or below a new log start; the epoch that goes on there begins there. Nothing is written: true when the caller has to, as it can wait for the disk.
    /// </summary>
    public bool TruncateFromStart(long startOffset)
    {
        lock (entriesLock)
        {
            var current = entries.FindLastIndex(entry => entry.StartOffset <= startOffset);
            if (current < 0 || (current == 0 && entries[0].StartOffset == startOffset))
                return false;
            entries[current] = entries[current] with { StartOffset = startOffset };
            entries.RemoveRange(0, current);
            return true;
        }
    }

    /// <summary>Writes the file, unless it says the same already.</summary>
    public void Write()
    {
        lock (writeLock)
        {
            if (isDiscarded)
                return;
            byte[] content;
            lock (entriesLock)
                content = Checkpoint.Write(entries, Format);
            if (written is not null && content.AsSpan().SequenceEqual(written))
                return;
            files.WriteAtomically(path, content);
            written = content;
        }
    }

    /// <summary>Writes the same entries as the file of another log.</summary>
    public void WriteTo(IFileSystem otherFiles, string directory)
    {
        lock (entriesLock)
            otherFiles.WriteAtomically(Path.Combine(directory, FileName), Checkpoint.Write(entries, Format));
    }

    /// <summary>From now on nothing is written: the log is about to be deleted, and another may take its name.</summary>
    public void Discard()
    {
        lock (writeLock)
            isDiscarded = true;
    }

    void Add(EpochEntry added)
    {
        entries.RemoveAll(entry => entry.Epoch >= added.Epoch || entry.StartOffset >= added.StartOffset);
        entries.Add(added);
    }

    static string Format(EpochEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Epoch} {entry.StartOffset}");

    static EpochEntry? Parse(string[] words) =>
        words.Length == 2 && int.TryParse(words[0], CultureInfo.InvariantCulture, out var epoch) && long.TryParse(words[1], CultureInfo.InvariantCulture, out var startOffset)
            ? new EpochEntry(epoch, startOffset)
            : null;
}
