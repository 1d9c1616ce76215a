namespace NettyKafka.Codec.Wire;

/// <summary>A struct inside a message: it has the versions of the message.</summary>
public interface IStruct<TSelf>
    where TSelf : struct, IStruct<TSelf>
{
    static abstract TSelf Read(ref KafkaReader reader, short version);

    void Write(ref KafkaWriter writer, short version);
}
