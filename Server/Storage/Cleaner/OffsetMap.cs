using System.Runtime.InteropServices;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>
/// The latest offset of each key of a log's dirty part: 24 bytes a key, of which only a hash is kept, in a table that never takes more than its share of
/// <c>log.cleaner.dedupe.buffer.size</c>. It takes no memory before it is used, and no more than the part to be cleaned can fill.
/// </summary>
sealed class OffsetMap
{
    public const int EntrySize = 24;

    const int SmallestTable = 1024;

    readonly long maxSlots;
    readonly double loadFactor;
    readonly KeyHash hash = NewHash();
    Entry[] table = [];
    int slots;
    int capacity;

    public OffsetMap(long memory, double loadFactor)
    {
        maxSlots = Math.Clamp(memory / EntrySize, 2, Array.MaxLength);
        // One slot stays free, since that is where a search for a key that is not there ends.
        this.loadFactor = Math.Clamp(loadFactor, 0, 1);
    }

    public int Count { get; private set; }

    /// <summary>Up to this offset the map knows the log.</summary>
    public long LatestOffset { get; set; } = -1;

    /// <summary>How much of the table's share of memory is in use.</summary>
    public double Utilization => (double)Count / maxSlots;

    public long SizeInBytes => (long)table.Length * EntrySize;

    /// <summary>Empties the map and makes room for as many keys as there are offsets to look at, or as the memory allows.</summary>
    public void Prepare(long startOffset, long offsets)
    {
        var wanted = loadFactor > 0 ? Math.Max(SmallestTable, offsets / loadFactor + 2) : maxSlots;
        slots = (int)Math.Min(maxSlots, wanted);
        capacity = Math.Clamp((int)(slots * loadFactor), 1, slots - 1);
        if (table.Length < slots)
            table = new Entry[slots];
        else
            Array.Clear(table, 0, slots);
        (Count, LatestOffset) = (0, startOffset - 1);
    }

    /// <summary>Gives the memory back.</summary>
    public void Release() => (table, slots, capacity, Count) = ([], 0, 0, 0);

    /// <summary>Notes a key's offset, which is greater than all before it; false when the map is full.</summary>
    public bool TryPut(ReadOnlySpan<byte> key, long offset)
    {
        if (Count >= capacity)
            return false;
        ref var entry = ref Find(key, out var hashed);
        if (entry.IsEmpty)
        {
            entry.Hash = hashed;
            Count++;
        }

        entry.NextOffset = offset + 1;
        LatestOffset = offset;
        return true;
    }

    /// <summary>The latest offset of a key; -1 for one that is not in the map.</summary>
    public long Get(ReadOnlySpan<byte> key) => Count == 0 ? -1 : Find(key, out _).NextOffset - 1;

    // As hard to guess as what RandomNumberGenerator gives, and without OpenSSL, which would cost every start its 3 MB.
    static KeyHash NewHash()
    {
        Span<ulong> secret = stackalloc ulong[2];
        MemoryMarshal.Write(MemoryMarshal.AsBytes(secret), Guid.NewGuid());
        return new(secret[0], secret[1]);
    }

    /// <summary>The key's entry, or the free one where it belongs.</summary>
    ref Entry Find(ReadOnlySpan<byte> key, out UInt128 hashed)
    {
        hashed = hash.Compute(key);
        var slot = (int)(((ulong)hashed >> 32) * (ulong)slots >> 32);
        while (true)
        {
            ref var entry = ref table[slot];
            if (entry.IsEmpty || entry.Hash == hashed)
                return ref entry;
            slot = slot + 1 == slots ? 0 : slot + 1;
        }
    }

    struct Entry
    {
        ulong high;
        ulong low;

        /// <summary>One more than the offset: an entry of zeros is free.</summary>
        public long NextOffset;

        public readonly bool IsEmpty => NextOffset == 0;

        public UInt128 Hash
        {
            readonly get => new(high, low);
            set => (high, low) = ((ulong)(value >> 64), (ulong)value);
        }
    }
}
