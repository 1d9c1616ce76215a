using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Cluster;

/// <summary>Reads a snapshot, batch by batch. It counts only as a whole: a header first, a footer last, every batch between them valid.</summary>
public sealed class SnapshotReader
{
    readonly string path;
    long position;
    long nextOffset;
    bool hasFooter;

    SnapshotReader(string path) => this.path = path;

    public ClusterImage Image { get; private set; } = ClusterImage.Empty;

    public List<MetadataRecord> Records { get; } = [];

    /// <summary>The time of the last record that the snapshot contains.</summary>
    public long LastContainedLogTimestamp { get; private set; }

    /// <summary>The image that a snapshot describes.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message says where.</exception>
    public static ClusterImage ReadImage(IFileSystem files, string path, SnapshotId id)
    {
        var reader = new SnapshotReader(path);
        reader.Read(files, reader.Replay);
        return reader.Image with { Offset = id.Offset - 1, Epoch = id.Epoch, LogTimeMs = reader.LastContainedLogTimestamp };
    }

    /// <summary>The records of a snapshot as they stand there.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message says where.</exception>
    public static IReadOnlyList<MetadataRecord> ReadRecords(IFileSystem files, string path)
    {
        var reader = new SnapshotReader(path);
        reader.Read(files, batch => reader.Records.AddRange(MetadataBatch.Parse(batch)));
        return reader.Records;
    }

    public static long ReadLastContainedLogTimestamp(IFileSystem files, string path)
    {
        var reader = new SnapshotReader(path);
        using var file = files.Open(path);
        reader.Guarded(() => reader.ReadControl(new RecordBatch(reader.ReadBatch(file))));
        return reader.LastContainedLogTimestamp;
    }

    void Read(IFileSystem files, BatchReader readData)
    {
        using var file = files.Open(path);
        do
        {
            Guarded(() =>
            {
                var batch = new RecordBatch(ReadBatch(file));
                if (batch.IsControl)
                    ReadControl(batch);
                else if (nextOffset == 0)
                    throw new InvalidDataException("it does not begin with a header");
                else
                    readData(batch);
                nextOffset = batch.NextOffset;
                position += batch.SizeInBytes;
            });
        }
        while (!hasFooter);

        if (position != file.Length)
            throw Damaged("there is more behind the footer");
    }

    byte[] ReadBatch(IFile file)
    {
        var header = new byte[RecordBatch.HeaderSize];
        if (file.Read(header, position) < header.Length)
            throw new InvalidDataException("it ends without a footer");
        var size = (long)new RecordBatch(header).Length + RecordBatch.LogOverhead;
        if (size < RecordBatch.HeaderSize || size > file.Length - position)
            throw new InvalidDataException($"a batch of {size} bytes is not whole");
        var bytes = new byte[size];
        file.Read(bytes, position);
        var batch = new RecordBatch(bytes);
        if (batch.Magic != RecordBatch.CurrentMagic || !batch.IsCrcValid)
            throw new InvalidDataException("a batch is corrupt");
        return batch.BaseOffset == nextOffset ? bytes : throw new InvalidDataException($"a batch begins at offset {batch.BaseOffset}, not at {nextOffset}");
    }

    void ReadControl(RecordBatch batch)
    {
        foreach (var record in batch.ReadRecords())
        {
            if (!ControlRecord.TryReadType(record.Key, out var type))
                throw new InvalidDataException("a control record has no type");
            if (nextOffset == 0 && record.Offset == 0 && type != ControlRecordType.SnapshotHeader)
                throw new InvalidDataException("it does not begin with a header");
            if (type == ControlRecordType.SnapshotHeader)
                LastContainedLogTimestamp = MessageEncoding.Decode<SnapshotHeaderRecord>(record.Value.ToArray(), 0).LastContainedLogTimestamp;
            hasFooter |= type == ControlRecordType.SnapshotFooter;
            Image = Image with { Quorum = Image.Quorum.Replay(type, record.Value) };
        }
    }

    void Replay(RecordBatch batch) => Image = MetadataBatch.Replay(Image, batch);

    void Guarded(Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is InvalidDataException or InvalidRecordException or ProtocolException or KeyNotFoundException)
        {
            throw Damaged(e.Message, e);
        }
    }

    InvalidDataException Damaged(string reason, Exception? cause = null) => new($"Snapshot {path} is damaged at position {position}: {reason}", cause);

    delegate void BatchReader(RecordBatch batch);
}
