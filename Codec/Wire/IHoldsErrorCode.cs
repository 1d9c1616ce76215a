namespace NettyKafka.Codec.Wire;

/// <summary>A response that has an error for the request as a whole, in all versions or in some.</summary>
public interface IHoldsErrorCode
{
    ErrorCode ErrorCode { get; set; }
}
