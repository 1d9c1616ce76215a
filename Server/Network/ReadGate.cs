using DotNetty.Transport.Channels;

namespace NettyKafka.Server.Network;

/// <summary>Turns a channel's AutoRead off while at least one reason not to read stands. Used on the channel's loop only.</summary>
sealed class ReadGate(IChannel channel)
{
    PauseReason reasons;

    [Flags]
    public enum PauseReason
    {
        None = 0,
        QueueIsFull = 1,
        NotWritable = 2,
        NoMemory = 4,
        Stopping = 8,
        Throttled = 16,
        Delayed = 32,
    }

    public void Set(PauseReason reason, bool stands)
    {
        var next = stands ? reasons | reason : reasons & ~reason;
        if (next == reasons)
            return;
        var wasOpen = reasons == PauseReason.None;
        reasons = next;
        if (wasOpen != (next == PauseReason.None))
            channel.Configuration.AutoRead = !wasOpen;
    }
}
