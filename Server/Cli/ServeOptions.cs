using System.Net;
using Microsoft.Extensions.Logging;
using NettyKafka.Cli.Logging;
using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

/// <summary>What the command line of <c>serve</c> says.</summary>
sealed record ServeOptions
{
    public string? PropertiesFile { get; init; }

    /// <summary>key=value each.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>HOST:PORT of the only listener.</summary>
    public string? Listen { get; init; }

    /// <summary>How many nodes the cluster has, each on ports of its own.</summary>
    public int Nodes { get; init; } = 1;

    public string? DataDirectory { get; init; }

    public bool InMemory { get; init; }

    /// <summary>Keeps the data on a disk in memory that control can let fail.</summary>
    public bool FaultyDisk { get; init; }

    /// <summary>Makes certificates for development and opens a listener with them.</summary>
    public bool TlsDev { get; init; }

    /// <summary>Where tests control the broker over HTTP; null is nowhere.</summary>
    public IPEndPoint? Control { get; init; }

    public Profile Profile { get; init; } = Profile.Kafka;

    /// <summary>Null leaves it to KAFKA_LOG4J_ROOT_LOGLEVEL, else INFO.</summary>
    public LogLevel? LogLevel { get; init; }

    public LogFormat LogFormat { get; init; }
}
