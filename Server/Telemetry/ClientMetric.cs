namespace NettyKafka.Server.Telemetry;

/// <summary>One metric of a client as it was pushed last; what was pushed as the change since the push before is added up.</summary>
public readonly record struct ClientMetric(ClientInstanceMetadata Client, string Name, string Unit, bool IsMonotonic, string Attributes, double Value);
