using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Testing;

/// <summary>How an embedded broker is started, and what is in it when it has. Without any of it: in memory, on a free port of 127.0.0.1, empty.</summary>
public sealed class EmbeddedKafkaOptions
{
    /// <summary>The port on 127.0.0.1; 0 is a free one.</summary>
    public int Port { get; set; }

    /// <summary>How many nodes the cluster has, each with a port of its own; where <see cref="Port"/> is set, theirs follow it.</summary>
    public int Nodes { get; set; } = 1;

    /// <summary>The racks of the nodes, in their order.</summary>
    public IList<string> Racks { get; } = [];

    /// <summary>Broker configs by Kafka's names, as in server.properties.</summary>
    public IDictionary<string, string> Configs { get; } = new Dictionary<string, string>();

    /// <summary>What the defaults are: those of tests (nothing is flushed, groups do not wait), unless set.</summary>
    public Profile Profile { get; set; } = Profile.Dev;

    /// <summary>A directory on disk in place of memory: a data directory of this broker's or of Kafka's, or one that will be.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>Topics that are there from the start.</summary>
    public IList<EmbeddedTopic> Topics { get; } = [];

    /// <summary>Records that are there from the start; a topic that is not among <see cref="Topics"/> is created with the defaults.</summary>
    public IList<EmbeddedRecord> Records { get; } = [];

    /// <summary>Passwords by user name. With any, clients have to log in: SASL_PLAINTEXT with PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.</summary>
    public IDictionary<string, string> Users { get; } = new Dictionary<string, string>();

    /// <summary>Who may do what. With any, nobody else may do anything but the <c>super.users</c> of <see cref="Configs"/>.</summary>
    public IList<Acl> Acls { get; } = [];

    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>A clock of one's own in place of <see cref="EmbeddedKafka.Clock"/>; with one that stands still, nothing that waits for time happens until it moves.</summary>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Keeps apart what was flushed and what was not, so that <see cref="EmbeddedKafka.Disk"/> can fail and a crash can lose bytes. Takes more memory; not with <see cref="DataDirectory"/>.</summary>
    public bool FaultyDisk { get; set; }
}
