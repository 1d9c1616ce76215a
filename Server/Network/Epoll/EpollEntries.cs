using System.Runtime.InteropServices;

namespace NettyKafka.Server.Network.Epoll;

/// <summary>Room for what epoll_wait(2) tells. An entry's data, here the descriptor, follows its events at once on x64 and after a gap elsewhere.</summary>
sealed class EpollEntries(int capacity)
{
    static readonly int dataPosition = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    readonly byte[] entries = GC.AllocateArray<byte>(capacity * Size, pinned: true);

    public static int Size => dataPosition + sizeof(ulong);

    public Span<byte> Bytes => entries;

    public EpollEvents EventsOf(int index) => (EpollEvents)MemoryMarshal.Read<uint>(entries.AsSpan(index * Size));

    public int DescriptorOf(int index) => MemoryMarshal.Read<int>(entries.AsSpan((index * Size) + dataPosition));

    public static void Write(Span<byte> entry, EpollEvents events, int descriptor)
    {
        MemoryMarshal.Write(entry, (uint)events);
        MemoryMarshal.Write(entry[dataPosition..], descriptor);
    }
}
