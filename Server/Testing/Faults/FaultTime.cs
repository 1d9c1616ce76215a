namespace NettyKafka.Testing.Faults;

/// <summary>Whether something happens before a request was served, or after.</summary>
public enum FaultTime
{
    Before,
    After,
}
