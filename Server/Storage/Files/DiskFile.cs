using Microsoft.Win32.SafeHandles;

namespace NettyKafka.Server.Storage.Files;

/// <summary>A file on disk through its handle: positional reads and writes, no buffer and no mapping in between. The handle may come and go.</summary>
sealed class DiskFile : IFile
{
    readonly OpenFiles openFiles;
    LinkedListNode<DiskFile>? node;
    SafeFileHandle? handle;
    bool isUsed;
    bool isDirty;
    bool isPinned;
    bool isDisposed;

    public DiskFile(OpenFiles openFiles, string path, SafeFileHandle handle)
    {
        this.openFiles = openFiles;
        this.handle = handle;
        Path = path;
        openFiles.Add(this);
        lock (openFiles.Names)
            node = openFiles.Opened(this);
    }

    /// <summary>What the file is called now; changes under the lock of the open files.</summary>
    public string Path { get; set; }

    public long Length => Use(static (handle, _) => RandomAccess.GetLength(handle), 0);

    public int Read(Span<byte> target, long position)
    {
        var read = 0;
        while (read < target.Length)
        {
            var count = Use(static (handle, wanted) => RandomAccess.Read(handle, wanted.Target, wanted.Position), new ReadOf { Target = target[read..], Position = position + read });
            if (count == 0)
                break;
            read += count;
        }

        return read;
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        if (source.IsEmpty)
            return;
        Volatile.Write(ref isDirty, true);
        Use(
            static (handle, write) =>
            {
                RandomAccess.Write(handle, write.Source, write.Position);
                return true;
            },
            new WriteOf { Source = source, Position = position });
    }

    public void SetLength(long length)
    {
        Volatile.Write(ref isDirty, true);
        Use(
            static (handle, length) =>
            {
                RandomAccess.SetLength(handle, length);
                return true;
            },
            length);
    }

    public void Reserve(long length)
    {
        if (OperatingSystem.IsLinux())
            Use(static (handle, length) => Reservation.TryMake(handle, length), length);
    }

    public void Flush()
    {
        // Before the flush: what is written while it runs stays unflushed.
        Volatile.Write(ref isDirty, false);
        Use(
            static (handle, _) =>
            {
                RandomAccess.FlushToDisk(handle);
                return true;
            },
            0);
    }

    /// <summary>Gives the handle up if it has not been used since the last time, and nothing depends on it.</summary>
    public bool TryEvict()
    {
        if (Volatile.Read(ref isUsed))
        {
            Volatile.Write(ref isUsed, false);
            return false;
        }

        if (isPinned || Volatile.Read(ref isDirty))
            return false;
        Close();
        return true;
    }

    /// <summary>Keeps the handle for good. Under the lock of the open files.</summary>
    public void Pin()
    {
        isPinned = true;
        if (!isDisposed)
            Handle();
    }

    public void Dispose()
    {
        lock (openFiles.Names)
        {
            if (isDisposed)
                return;
            isDisposed = true;
            if (node is not null)
                openFiles.Closed(node);
            Close();
        }

        openFiles.Remove(this);
    }

    TResult Use<TState, TResult>(Func<SafeFileHandle, TState, TResult> action, TState state)
        where TState : allows ref struct
    {
        while (true)
        {
            try
            {
                return action(Handle(), state);
            }
            catch (ObjectDisposedException) when (!isDisposed)
            {
                // Another file needed the handle: it is opened again.
            }
        }
    }

    SafeFileHandle Handle()
    {
        if (!isUsed)
            Volatile.Write(ref isUsed, true);
        return Volatile.Read(ref handle) ?? Reopen();
    }

    SafeFileHandle Reopen()
    {
        lock (openFiles.Names)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (handle is { } opened)
                return opened;
            opened = DiskFileSystem.OpenHandle(Path, FileMode.Open, preallocatedBytes: 0);
            Volatile.Write(ref handle, opened);
            node = openFiles.Opened(this);
            return opened;
        }
    }

    void Close()
    {
        var closed = handle;
        Volatile.Write(ref handle, null);
        closed?.Dispose();
    }

    ref struct ReadOf
    {
        public Span<byte> Target;
        public long Position;
    }

    ref struct WriteOf
    {
        public ReadOnlySpan<byte> Source;
        public long Position;
    }
}
