namespace NettyKafka.Server.Config;

/// <summary>The type of a config, with its number in DescribeConfigs.</summary>
public enum ConfigType
{
    Unknown = 0,
    Boolean = 1,
    String = 2,
    Int = 3,
    Short = 4,
    Long = 5,
    Double = 6,
    List = 7,
    Class = 8,
    Password = 9,
}
