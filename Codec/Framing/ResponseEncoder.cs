using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Codec.Framing;

/// <summary>
/// Encodes responses into one buffer until the next flush, so that a burst of small ones leaves as a single write. Records are not copied: each leaves as
/// a buffer of its own between the bytes around it. A response that cannot be encoded leaves no byte behind and fails its write.
/// </summary>
public sealed class ResponseEncoder : ChannelHandlerAdapter
{
    const int InitialCapacity = 1024;
    const int WriteThroughBytes = 64 * 1024;

    readonly List<RecordsChunk> chunks = [];
    IByteBuffer? pending;

    public override Task WriteAsync(IChannelHandlerContext context, object message)
    {
        if (message is not Response response)
            return context.WriteAsync(message);

        pending ??= context.Allocator.Buffer(InitialCapacity);
        try
        {
            Encode(response, pending);
        }
        catch (Exception e)
        {
            response.Release();
            return Task.FromException(e);
        }

        if (chunks.Count > 0 || pending.ReadableBytes >= WriteThroughBytes)
            WritePending(context);
        return Task.CompletedTask;
    }

    public override void Flush(IChannelHandlerContext context)
    {
        WritePending(context);
        context.Flush();
    }

    public override void ChannelInactive(IChannelHandlerContext context)
    {
        ReleasePending();
        context.FireChannelInactive();
    }

    public override void HandlerRemoved(IChannelHandlerContext context) => ReleasePending();

    void Encode(Response response, IByteBuffer buffer)
    {
        var start = buffer.WriterIndex;
        try
        {
            var writer = new KafkaWriter(buffer, chunks);
            writer.WriteInt32(0);
            new ResponseHeader { CorrelationId = response.CorrelationId }.Write(ref writer, response.HeaderVersion);
            response.WriteBody(ref writer);
            var size = (long)writer.Position - 4;
            foreach (var chunk in chunks)
                size += chunk.Records.SizeInBytes;
            writer.PatchInt32(0, checked((int)size));
            writer.Complete();
        }
        catch
        {
            buffer.SetWriterIndex(start);
            chunks.Clear();
            throw;
        }

        // The writer counts from where this response began; the pieces are cut from the whole buffer.
        for (var i = 0; i < chunks.Count; i++)
            chunks[i] = chunks[i] with { Position = chunks[i].Position + start };
    }

    void WritePending(IChannelHandlerContext context)
    {
        if (pending is null)
            return;
        var buffer = pending;
        pending = null;

        foreach (var chunk in chunks)
        {
            if (chunk.Position > buffer.ReaderIndex)
                _ = context.WriteAsync(buffer.ReadRetainedSlice(chunk.Position - buffer.ReaderIndex));
            _ = context.WriteAsync(chunk.Records.ToBuffer());
        }

        chunks.Clear();
        if (buffer.IsReadable())
            _ = context.WriteAsync(buffer);
        else
            buffer.Release();
    }

    void ReleasePending()
    {
        pending?.Release();
        pending = null;
        foreach (var chunk in chunks)
            chunk.Records.Release();
        chunks.Clear();
    }
}
