namespace NettyKafka.Codec.Wire;

/// <summary>A message with <c>records</c> fields: whoever drops it unwritten releases them.</summary>
public interface IHoldsRecords
{
    void ReleaseRecords();
}
