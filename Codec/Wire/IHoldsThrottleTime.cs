namespace NettyKafka.Codec.Wire;

/// <summary>A response that can tell its client for how long it is throttled; versions that cannot leave it out.</summary>
public interface IHoldsThrottleTime
{
    int ThrottleTimeMs { get; set; }
}
