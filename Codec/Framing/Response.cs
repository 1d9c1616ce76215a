using NettyKafka.Codec.Wire;

namespace NettyKafka.Codec.Framing;

/// <summary>A response on its way out, with all that its frame needs. One that is not handed to the channel is released by who drops it.</summary>
public abstract class Response(int correlationId, short headerVersion)
{
    public int CorrelationId => correlationId;

    public short HeaderVersion => headerVersion;

    public abstract void WriteBody(ref KafkaWriter writer);

    public abstract void Release();

    /// <summary>Tells the client for how long it is throttled, where the response has a field for it.</summary>
    public abstract void SetThrottleTime(int throttleTimeMs);
}

/// <inheritdoc />
public sealed class Response<T>(int correlationId, short headerVersion, T message, short version) : Response(correlationId, headerVersion)
    where T : class, IMessage<T>
{
    public T Message => message;

    public short Version => version;

    public override void WriteBody(ref KafkaWriter writer) => message.Write(ref writer, version);

    public override void Release() => (message as IHoldsRecords)?.ReleaseRecords();

    public override void SetThrottleTime(int throttleTimeMs)
    {
        if (message is IHoldsThrottleTime throttled)
            throttled.ThrottleTimeMs = throttleTimeMs;
    }
}
