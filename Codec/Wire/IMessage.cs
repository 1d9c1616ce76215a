namespace NettyKafka.Codec.Wire;

/// <summary>A message of the protocol: one class for all its versions, generated from its schema.</summary>
public interface IMessage<TSelf>
    where TSelf : IMessage<TSelf>
{
    static abstract string MessageName { get; }

    static abstract VersionRange Versions { get; }

    /// <summary>The first version with compact lengths and tagged fields; <see cref="short.MaxValue"/> where there is none.</summary>
    static abstract short FlexibleFrom { get; }

    static abstract TSelf Read(ref KafkaReader reader, short version);

    void Write(ref KafkaWriter writer, short version);
}
