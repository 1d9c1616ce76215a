namespace NettyKafka.Server.Cluster;

/// <summary>The keys of quotas: which entities can have them, and what values they take.</summary>
public static class ClientQuotaKeys
{
    public const string ProducerByteRate = "producer_byte_rate";
    public const string ConsumerByteRate = "consumer_byte_rate";
    public const string RequestPercentage = "request_percentage";
    public const string ControllerMutationRate = "controller_mutation_rate";
    public const string ConnectionCreationRate = "connection_creation_rate";

    const double FractionTolerance = 1e-6;

    /// <summary>What is wrong with a quota of an entity that has, or has not, the type ip; null if nothing is.</summary>
    public static string? Check(string key, double value, bool isOfIp)
    {
        if (isOfIp ? key is not ConnectionCreationRate : key is not (ProducerByteRate or ConsumerByteRate or RequestPercentage or ControllerMutationRate))
            return $"Invalid configuration key {key}";
        if (!(value > 0))
            return $"Quota {key} must be greater than 0";
        return key switch
        {
            ConnectionCreationRate => CheckWhole(key, value, int.MaxValue, "an INT"),
            ProducerByteRate or ConsumerByteRate => CheckWhole(key, value, long.MaxValue, "a LONG"),
            _ => null,
        };
    }

    static string? CheckWhole(string key, double value, double max, string type)
    {
        if (value > max)
            return $"Proposed value for {key} is too large for {type}.";
        return Math.Abs(value % 1) > FractionTolerance ? $"{key} cannot be a fractional value." : null;
    }
}
