namespace NettyKafka.Server.Storage.Files;

/// <summary>What would be left of a file if the power went now: what was flushed of it, and of what was written since as much as the disk happened to take.</summary>
sealed class FileContent
{
    readonly List<Change> unflushed = [];
    byte[] durable = [];

    public void Wrote(ReadOnlySpan<byte> bytes, long position) => unflushed.Add(new(position, bytes.ToArray()));

    public void SetLength(long length) => unflushed.Add(new(length, null));

    public void Flush(IFile file)
    {
        durable = AllOf(file);
        unflushed.Clear();
    }

    /// <summary>The flushed bytes with none, some or all of those that were appended since.</summary>
    public byte[] Survivors(IFile file, Func<long, long> kept)
    {
        var appended = Math.Max(0, file.Length - durable.Length);
        var survivors = new byte[durable.Length + Math.Clamp(kept(appended), 0, appended)];
        file.Read(survivors, 0);
        durable.CopyTo(survivors, 0);
        return survivors;
    }

    /// <summary>The flushed bytes with whatever came through of the changes since: all, none, the first ones, or any of them, torn ones among them.</summary>
    public byte[] Survivors(Random random)
    {
        var survivors = new MemoryFile();
        survivors.Write(durable, 0);
        var keepsInOrder = random.Next(2) == 0;
        var count = random.Next(3) == 0 ? unflushed.Count : random.Next(unflushed.Count + 1);
        for (var i = 0; i < unflushed.Count; i++)
        {
            var isKept = keepsInOrder ? i < count : random.Next(2) == 0;
            var isTorn = keepsInOrder ? i == count : random.Next(4) == 0;
            if (isKept || isTorn)
                unflushed[i].Apply(survivors, isTorn && !isKept ? random : null);
        }

        return AllOf(survivors);
    }

    static byte[] AllOf(IFile file)
    {
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes;
    }

    /// <summary>A write, or without bytes a new length.</summary>
    readonly record struct Change(long Position, byte[]? Bytes)
    {
        public void Apply(MemoryFile file, Random? tear)
        {
            if (Bytes is null)
            {
                file.SetLength(Position);
                return;
            }

            var from = tear?.Next(Bytes.Length + 1) ?? 0;
            var to = tear is null ? Bytes.Length : tear.Next(from, Bytes.Length + 1);
            // Half of what is torn begins at its beginning, as most of what a disk tears.
            if (tear?.Next(2) == 0)
                from = 0;
            file.Write(Bytes.AsSpan(from, to - from), Position + from);
        }
    }
}
