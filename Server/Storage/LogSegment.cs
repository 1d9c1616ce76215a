using NettyKafka.Codec.Records;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// A run of batches in one file, with its indexes. One writer under the log's lock, any number of readers: what a reader sees ends at <see cref="Size"/>, which
/// grows only after the bytes are written. The files stay open until the last reader has gone.
/// </summary>
sealed class LogSegment : IDisposable
{
    readonly IFileSystem files;
    readonly IFile log;
    readonly FileReserve reserve;
    readonly string directory;
    readonly int indexIntervalBytes;
    string logPath;
    int size;
    int lastIndexedPosition;
    int users = 1;
    bool isClosed;
    bool isDeleted;
    long lastModified;
    long? firstBatchTimestamp;

    LogSegment(IFileSystem files, string directory, long baseOffset, int indexIntervalBytes, long created, string fileSuffix = "")
    {
        this.files = files;
        this.indexIntervalBytes = indexIntervalBytes;
        this.directory = directory;
        BaseOffset = baseOffset;
        Created = lastModified = created;
        logPath = LogFiles.PathOf(directory, baseOffset, LogFiles.LogSuffix) + fileSuffix;
        log = files.Open(logPath);
        reserve = new(log);
        OffsetIndex = new(files, directory, baseOffset, fileSuffix);
        TimeIndex = new(files, directory, baseOffset, fileSuffix);
        TransactionIndex = new(files, directory, baseOffset, fileSuffix);
    }

    public long BaseOffset { get; }

    /// <summary>The file with the batches.</summary>
    public string Path => logPath;

    public OffsetIndex OffsetIndex { get; }

    public TimeIndex TimeIndex { get; }

    public TransactionIndex TransactionIndex { get; }

    /// <summary>The bytes of whole batches: what lies behind, if anything, is a torn write.</summary>
    public int Size => Volatile.Read(ref size);

    public long Created { get; private set; }

    /// <summary>The greatest timestamp and the last offset of the first batch that has it.</summary>
    public TimestampOffset MaxTimestamp { get; private set; } = TimestampOffset.Unknown;

    public long LastModified => lastModified;

    /// <summary>The time of the latest record; where records have none, that of the file.</summary>
    public long LargestTimestamp => MaxTimestamp.Timestamp >= 0 ? MaxTimestamp.Timestamp : lastModified;

    public SegmentReader Reader => new(log, Size);

    /// <summary>Creates an empty segment, in place of anything that a crash has left under its names.</summary>
    public static LogSegment Create(IFileSystem files, string directory, long baseOffset, int indexIntervalBytes, long now, long preallocatedBytes = 0, string fileSuffix = "")
    {
        foreach (var suffix in LogFiles.SegmentSuffixes)
            files.DeleteFile(LogFiles.PathOf(directory, baseOffset, suffix) + fileSuffix);
        if (preallocatedBytes > 0)
            files.Create(LogFiles.PathOf(directory, baseOffset, LogFiles.LogSuffix) + fileSuffix, preallocatedBytes).Dispose();
        var segment = new LogSegment(files, directory, baseOffset, indexIntervalBytes, now, fileSuffix);
        segment.reserve.Has(preallocatedBytes);
        segment.WriteIndexes();
        return segment;
    }

    /// <summary>Opens an existing segment as far as its file goes; the indexes and <see cref="MaxTimestamp"/> are to be loaded or rebuilt.</summary>
    public static LogSegment Open(IFileSystem files, string directory, long baseOffset, int indexIntervalBytes, long now)
    {
        var segment = new LogSegment(files, directory, baseOffset, indexIntervalBytes, now);
        segment.size = (int)Math.Min(segment.log.Length, int.MaxValue);
        segment.lastModified = files.LastModifiedMs(segment.logPath) ?? now;
        return segment;
    }

    /// <summary>Loads the indexes from their files; false when one is missing or damaged. Those of a sealed segment stay in their files.</summary>
    public bool TryLoadIndexes(bool isActive)
    {
        if (!OffsetIndex.TryLoad(isActive) || !TimeIndex.TryLoad(isActive) || !TransactionIndex.TryLoad() || OffsetIndex.LastEntry().Position > Size)
            return false;
        lastIndexedPosition = OffsetIndex.LastEntry().Position;
        MaxTimestamp = TimeIndex.LastEntry() is { Timestamp: >= 0 } last ? last : TimestampOffset.Unknown;
        // Needed by the next append, which must not wait for the disk.
        if (isActive)
            firstBatchTimestamp = ReadFirstBatchTimestamp();
        return true;
    }

    public bool CanHold(long lastOffset) => lastOffset - BaseOffset <= int.MaxValue;

    /// <summary>Writes whole batches behind the end with one write; they count only once they are published.</summary>
    public void Write(ReadOnlySpan<byte> batches)
    {
        reserve.Extend(size, batches.Length);
        log.Write(batches, size);
    }

    /// <summary>Takes written batches in: sparse index entries, timestamps, and with the size they become visible.</summary>
    public void Publish(Span<byte> batches, long modified)
    {
        lastModified = modified;
        var position = size;
        while (RecordBatch.TryTakeFirst(ref batches, out var batch))
        {
            Index(batch, position);
            position += batch.SizeInBytes;
        }

        Volatile.Write(ref size, position);
    }

    /// <summary>Forgets all that is known of the contents; <see cref="Index"/> then builds it again batch by batch.</summary>
    public void ResetIndexes()
    {
        OffsetIndex.File.Reset();
        TimeIndex.File.Reset();
        TransactionIndex.Truncate(BaseOffset);
        lastIndexedPosition = 0;
        MaxTimestamp = TimestampOffset.Unknown;
        firstBatchTimestamp = null;
    }

    public void Index(RecordBatch batch, int position)
    {
        if (position == 0)
            firstBatchTimestamp = batch.MaxTimestamp;
        if (batch.MaxTimestamp > MaxTimestamp.Timestamp)
            MaxTimestamp = new(batch.MaxTimestamp, batch.LastOffset);
        if (position - lastIndexedPosition <= indexIntervalBytes)
            return;
        OffsetIndex.Append(batch.LastOffset, position);
        TimeIndex.MaybeAppend(MaxTimestamp);
        lastIndexedPosition = position;
    }

    /// <summary>Cuts off what is behind a position and is in no index.</summary>
    public void CutTo(int position)
    {
        Volatile.Write(ref size, position);
        log.SetLength(position);
        reserve.Has(0);
    }

    /// <summary>Cuts the file off at a batch's start, with the index entries from its offset on.</summary>
    public void Truncate(long offset, int position, long now)
    {
        OffsetIndex.Truncate(offset);
        TimeIndex.Truncate(offset);
        TransactionIndex.Truncate(offset);
        CutTo(position);
        lastIndexedPosition = OffsetIndex.LastEntry().Position;
        ReadMaxTimestamp();
        if (position > 0)
            return;
        Created = now;
        firstBatchTimestamp = null;
    }

    /// <summary>The time that has gone by in a segment: in its records where they have timestamps, else on the clock.</summary>
    public long TimeWaitedForRoll(long now, long timestamp) => GetFirstBatchTimestamp() is >= 0 and { } first ? timestamp - first : now - Created;

    /// <summary>The greatest timestamp of the first batch; null while there is none.</summary>
    public long? GetFirstBatchTimestamp() => firstBatchTimestamp ??= ReadFirstBatchTimestamp();

    /// <summary>Closes the indexes off when no more is appended: the last time entry, files without spare room, no copy in memory.</summary>
    public void Seal()
    {
        TimeIndex.MaybeAppend(MaxTimestamp);
        OffsetIndex.File.Seal();
        TimeIndex.File.Seal();
        reserve.Release(size);
    }

    public void FlushLog() => log.Flush();

    public void FlushIndexes()
    {
        OffsetIndex.File.Flush();
        TimeIndex.File.Flush();
        TransactionIndex.Flush();
    }

    /// <summary>Keeps the files open for a reader; false when they are closed already.</summary>
    public bool TryRetain()
    {
        var current = Volatile.Read(ref users);
        while (current > 0)
        {
            var before = Interlocked.CompareExchange(ref users, current + 1, current);
            if (before == current)
                return true;
            current = before;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref users) > 0)
            return;
        log.Dispose();
        OffsetIndex.Dispose();
        TimeIndex.Dispose();
        TransactionIndex.Dispose();
        if (isDeleted)
            DeleteFiles();
    }

    /// <summary>Leaves the files as a clean stop has them.</summary>
    public void Close()
    {
        TimeIndex.MaybeAppend(MaxTimestamp);
        WriteIndexes();
        reserve.Release(size);
    }

    /// <summary>Marks the files as deleted: they are gone for a broker that starts, while readers go on.</summary>
    public void RenameToDeleted() => ChangeSuffix(LogFiles.DeletedSuffix);

    /// <summary>Renames the files: what stands behind the names of a log's files says what a broker that starts makes of them.</summary>
    public void ChangeSuffix(string fileSuffix)
    {
        var path = PathOf(LogFiles.LogSuffix);
        files.RenameFile(logPath, path);
        logPath = path;
        OffsetIndex.File.Rename(PathOf(LogFiles.OffsetIndexSuffix));
        TimeIndex.File.Rename(PathOf(LogFiles.TimeIndexSuffix));
        TransactionIndex.Rename(PathOf(LogFiles.TransactionIndexSuffix));

        string PathOf(string suffix) => LogFiles.PathOf(directory, BaseOffset, suffix) + fileSuffix;
    }

    /// <summary>Closes the segment and deletes its files, at once or when the last reader has gone.</summary>
    public void Delete()
    {
        isDeleted = true;
        Dispose();
    }

    void DeleteFiles()
    {
        foreach (var path in (ReadOnlySpan<string>)[logPath, OffsetIndex.File.Path, TimeIndex.File.Path, TransactionIndex.Path])
            files.DeleteFile(path);
    }

    public void Dispose()
    {
        if (isClosed)
            return;
        isClosed = true;
        Release();
    }

    void WriteIndexes()
    {
        OffsetIndex.File.Write();
        TimeIndex.File.Write();
    }

    long? ReadFirstBatchTimestamp()
    {
        Span<byte> header = stackalloc byte[RecordBatch.HeaderSize];
        return Reader.TryReadHeader(0, header, out _) ? new RecordBatch(header).MaxTimestamp : null;
    }

    /// <summary>The last time entry may be older than the greatest timestamp: the batches from the one it names on are looked at.</summary>
    void ReadMaxTimestamp()
    {
        var last = TimeIndex.LastEntry();
        MaxTimestamp = last.Timestamp >= 0 ? last : TimestampOffset.Unknown;
        Span<byte> header = stackalloc byte[RecordBatch.HeaderSize];
        for (var position = OffsetIndex.Lookup(last.Offset).Position; Reader.TryReadHeader(position, header, out var batchSize); position += batchSize)
        {
            var batch = new RecordBatch(header);
            if (batch.MaxTimestamp > MaxTimestamp.Timestamp)
                MaxTimestamp = new(batch.MaxTimestamp, batch.LastOffset);
        }
    }
}
