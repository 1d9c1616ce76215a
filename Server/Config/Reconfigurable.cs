namespace NettyKafka.Server.Config;

/// <summary>A part of the broker that has to be told of a changed configuration, since it cannot read the value where it uses it: threads, certificates.</summary>
public abstract class Reconfigurable
{
    /// <summary>Refuses what this part could not work with, before anything is changed.</summary>
    /// <exception cref="ConfigException">The message says what is wrong.</exception>
    public virtual ValueTask ValidateAsync(BrokerConfig current, BrokerConfig next) => default;

    /// <summary>Goes over to the next configuration, which everybody sees already. It is called with every change, also those of other parts' configs.</summary>
    /// <exception cref="ConfigException">It has become impossible since it was validated: this part goes on with what it had.</exception>
    public abstract ValueTask ReconfigureAsync(BrokerConfig current, BrokerConfig next);
}
