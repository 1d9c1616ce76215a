namespace NettyKafka.Server.Cluster;

/// <summary>Producer ids from <paramref name="First"/> on that only one broker may hand out.</summary>
public readonly record struct ProducerIdBlock(long First, int Size)
{
    public long End => First + Size;
}
