using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Coordinators;

/// <summary>How the coordinators of one topic work.</summary>
/// <param name="Topic">The internal topic that keeps their state.</param>
/// <param name="Compression">Of the batches that they write.</param>
/// <param name="WriteTimeout">How long a client waits for a write.</param>
/// <param name="Time">The clock.</param>
public sealed record CoordinatorSettings(string Topic, CompressionType Compression, TimeSpan WriteTimeout, TimeProvider Time);
