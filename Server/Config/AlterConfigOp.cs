namespace NettyKafka.Server.Config;

/// <summary>What IncrementalAlterConfigs does with one config, with its number in the request.</summary>
public enum AlterConfigOp : sbyte
{
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}
