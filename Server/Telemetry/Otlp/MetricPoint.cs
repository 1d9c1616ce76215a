namespace NettyKafka.Server.Telemetry.Otlp;

/// <summary>A number that a metric has for some attributes, written as key="value" and separated by commas.</summary>
readonly record struct MetricPoint(string Name, string Unit, bool IsMonotonic, bool IsDelta, string Attributes, double Value);
