namespace NettyKafka.Server.Config;

/// <summary>Threads change by a half at most at a time, as Kafka has it: who means more says so in steps.</summary>
public static class ThreadCounts
{
    /// <exception cref="ConfigException">The step is too large.</exception>
    public static void Check(string name, int current, int next)
    {
        if (current == next)
            return;
        var failed = $"Dynamic thread count update validation failed for {name}={next}";
        if (next < current / 2)
            throw new ConfigException($"{failed}, value should be at least half the current value {current}");
        if (next > current * 2L)
            throw new ConfigException($"{failed}, value should not be greater than double the current value {current}");
    }
}
