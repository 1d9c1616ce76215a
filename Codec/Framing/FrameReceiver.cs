using DotNetty.Buffers;
using DotNetty.Transport.Channels;

namespace NettyKafka.Codec.Framing;

/// <summary>
/// Gives a channel the buffers that it reads into: the frame itself while a large one is being received, else one as large as the reads before let expect. Reading
/// goes on while buffers are filled, as long as others can wait.
/// </summary>
public sealed class FrameReceiver(FrameDecoder decoder) : IRecvByteBufAllocator
{
    public IRecvByteBufAllocatorHandle NewHandle() => new Handle(decoder);

    sealed class Handle(FrameDecoder decoder) : IRecvByteBufAllocatorHandle
    {
        const int MaxBytesInARow = 4 << 20;

        static readonly AdaptiveRecvByteBufAllocator small = new();

        readonly IRecvByteBufAllocatorHandle prediction = small.NewHandle();
        IChannelConfiguration? channel;
        int lastBytesRead;
        long total;
        bool isPredicted;

        public int AttemptedBytesRead { get; set; }

        public int LastBytesRead
        {
            get => lastBytesRead;
            set
            {
                lastBytesRead = value;
                total += Math.Max(0, value);
                if (isPredicted)
                    prediction.LastBytesRead = value;
            }
        }

        public IByteBuffer Allocate(IByteBufferAllocator allocator)
        {
            isPredicted = decoder.Receiving is null;
            var buffer = decoder.Receiving is { } frame ? Room(frame) : prediction.Allocate(allocator);
            AttemptedBytesRead = buffer.WritableBytes;
            return buffer;
        }

        public int Guess() => prediction.Guess();

        public void Reset(IChannelConfiguration config)
        {
            channel = config;
            total = 0;
            prediction.Reset(config);
        }

        public void IncMessagesRead(int numMessages) => prediction.IncMessagesRead(numMessages);

        public bool ContinueReading() => channel!.AutoRead && lastBytesRead == AttemptedBytesRead && total < MaxBytesInARow;

        public void ReadComplete() => prediction.ReadComplete();

        static IByteBuffer Room(IByteBuffer frame)
        {
            if (!frame.IsWritable())
                frame.AdjustCapacity((int)Math.Min(frame.MaxCapacity, frame.Capacity * 2L));
            return (IByteBuffer)frame.Retain();
        }
    }
}
