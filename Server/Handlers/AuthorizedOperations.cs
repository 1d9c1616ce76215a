namespace NettyKafka.Server.Handlers;

/// <summary>
/// Operations as the bit field that Metadata, DescribeCluster and DescribeGroups answer when asked: bit n is the operation of number n. Without an authorizer
/// every operation that a resource knows is allowed.
/// </summary>
static class AuthorizedOperations
{
    /// <summary>The answer when nobody asked.</summary>
    public const int Omitted = int.MinValue;

    const int Read = 1 << 3;
    const int Write = 1 << 4;
    const int Create = 1 << 5;
    const int Delete = 1 << 6;
    const int Alter = 1 << 7;
    const int Describe = 1 << 8;
    const int ClusterAction = 1 << 9;
    const int DescribeConfigs = 1 << 10;
    const int AlterConfigs = 1 << 11;
    const int IdempotentWrite = 1 << 12;

    public const int OfTopic = Read | Write | Create | Delete | Alter | Describe | DescribeConfigs | AlterConfigs;
    public const int OfGroup = Read | Delete | Describe | DescribeConfigs | AlterConfigs;
    public const int OfCluster = Create | Alter | Describe | ClusterAction | DescribeConfigs | AlterConfigs | IdempotentWrite;
}
