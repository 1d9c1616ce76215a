using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Config;

/// <summary>
/// The configuration of a running broker. Who uses a dynamic config reads it from <see cref="Current"/> each time; who cannot is a <see cref="Reconfigurable"/>.
/// </summary>
public sealed class DynamicBrokerConfig(BrokerConfig started, ILogger logger)
{
    readonly Lock gate = new();
    Reconfigurable[] reconfigurables = [];
    BrokerConfig current = started;

    public BrokerConfig Current => Volatile.Read(ref current);

    /// <summary>Adds a part that is told of every change from now on.</summary>
    public void Add(Reconfigurable reconfigurable)
    {
        lock (gate)
            Volatile.Write(ref reconfigurables, [.. reconfigurables, reconfigurable]);
    }

    public void Remove(Reconfigurable reconfigurable)
    {
        lock (gate)
            Volatile.Write(ref reconfigurables, [.. reconfigurables.Where(other => other != reconfigurable)]);
    }

    /// <summary>Asks every part whether it could work with another configuration.</summary>
    /// <exception cref="ConfigException">One of them could not.</exception>
    public async ValueTask ValidateAsync(BrokerConfig next)
    {
        foreach (var reconfigurable in Volatile.Read(ref reconfigurables))
            await reconfigurable.ValidateAsync(Current, next).ConfigureAwait(false);
    }

    /// <summary>Makes another configuration the current one, then tells every part. Changes come one after the other.</summary>
    public async ValueTask ReconfigureAsync(BrokerConfig next)
    {
        var previous = Current;
        Volatile.Write(ref current, next);
        foreach (var reconfigurable in Volatile.Read(ref reconfigurables))
        {
            try
            {
                await reconfigurable.ReconfigureAsync(previous, next).ConfigureAwait(false);
            }
            catch (ConfigException e)
            {
                logger.LogError(e, "A changed configuration could not be applied: {Message}", e.Message);
            }
        }
    }
}
