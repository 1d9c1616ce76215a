namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>One line of the report: a kind of load with its number of connections and the requests that each keeps in flight.</summary>
abstract class Scenario(string name, int connections, int depth)
{
    public string Name => $"{name}, {connections}x{depth}";

    public int Connections => connections;

    public int Depth => depth;

    /// <summary>False where the bytes are not what costs.</summary>
    public virtual bool IsBulk => true;

    /// <summary>Makes a fresh topic with what one round needs.</summary>
    public abstract PreparedScenario Prepare(ControlConnection control, string topic);
}
