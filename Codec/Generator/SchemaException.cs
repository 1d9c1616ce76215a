namespace NettyKafka.Codec.Generator;

/// <summary>What is wrong with a line of a schema.</summary>
sealed class SchemaException(SchemaLine line, string message) : Exception(message)
{
    public SchemaLine Line { get; } = line;
}
