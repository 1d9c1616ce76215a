namespace NettyKafka.Server.Storage;

/// <summary>Where appended batches come from: it decides what is checked and who gives them their offsets.</summary>
public enum AppendOrigin
{
    /// <summary>A producer: sequence, epoch and transaction state are checked, offsets are assigned.</summary>
    Client,

    /// <summary>A coordinator: no sequences, the rest as for a client.</summary>
    Coordinator,

    /// <summary>Another log: offsets and leader epochs stay as they are, what was checked there is not checked again.</summary>
    Replication,
}
