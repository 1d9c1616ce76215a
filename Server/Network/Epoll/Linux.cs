using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NettyKafka.Server.Network.Epoll;

/// <summary>The system calls of the epoll transport, see epoll(7) and the pages of each call. A result below zero is an error, which <see cref="LastError"/> tells.</summary>
static partial class Linux
{
    public const int TryAgain = 11;
    public const int Interrupted = 4;
    public const int ConnectionAborted = 103;
    public const int SendMore = 0x8000;
    public const int DontWait = 0x40;

    const int CloseOnExec = 0x80000;
    const int NonBlocking = 0x800;
    const int NoSignal = 0x4000;
    const int AddOperation = 1;
    const int DeleteOperation = 2;

    public static int LastError => Marshal.GetLastPInvokeError();

    public static int CreateEpoll() => Check(epoll_create1(CloseOnExec));

    public static int CreateEvent() => Check(eventfd(0, CloseOnExec | NonBlocking));

    /// <summary>Tells of a descriptor each time it becomes ready, not for as long as it is.</summary>
    public static void Add(int epoll, int descriptor, EpollEvents events)
    {
        Span<byte> entry = stackalloc byte[EpollEntries.Size];
        EpollEntries.Write(entry, events | EpollEvents.EdgeTriggered, descriptor);
        unsafe
        {
            fixed (byte* first = entry)
                Check(epoll_ctl(epoll, AddOperation, descriptor, first));
        }
    }

    public static void Remove(int epoll, int descriptor)
    {
        unsafe
        {
            Check(epoll_ctl(epoll, DeleteOperation, descriptor, null));
        }
    }

    /// <summary>The number of entries that were filled, none where a signal came first.</summary>
    public static int Wait(int epoll, Span<byte> entries, int timeoutMs)
    {
        unsafe
        {
            fixed (byte* first = entries)
            {
                var count = epoll_wait(epoll, first, entries.Length / EpollEntries.Size, timeoutMs);
                return count < 0 && LastError == Interrupted ? 0 : Check(count);
            }
        }
    }

    public static void Signal(int eventDescriptor)
    {
        var one = 1UL;
        unsafe
        {
            // The only way to fail is a counter that is full, and then the loop is awake.
            _ = write(eventDescriptor, &one, sizeof(ulong));
        }
    }

    public static int Accept(int listener)
    {
        unsafe
        {
            return accept4(listener, null, null, CloseOnExec | NonBlocking);
        }
    }

    public static int Receive(int socket, Span<byte> bytes, int flags = 0)
    {
        unsafe
        {
            fixed (byte* first = bytes)
                return (int)recv(socket, first, (nuint)bytes.Length, flags);
        }
    }

    public static int Send(int socket, ReadOnlySpan<byte> bytes, int flags = 0)
    {
        unsafe
        {
            fixed (byte* first = bytes)
                return (int)send(socket, first, (nuint)bytes.Length, NoSignal | flags);
        }
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    public static SocketException LastSocketException() => new((int)LastSocketError(), Marshal.GetLastPInvokeErrorMessage());

    // SocketException counts its errors as Windows does.
    static SocketError LastSocketError() => LastError switch
    {
        24 => SocketError.TooManyOpenSockets,
        32 => SocketError.Shutdown,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        _ => SocketError.SocketError,
    };

    static int Check(int result) => result >= 0 ? result : throw LastSocketException();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int epoll_wait(int epoll, byte* entries, int count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(int descriptor, void* bytes, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int accept4(int socket, void* address, void* addressLength, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recv(int socket, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint send(int socket, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
