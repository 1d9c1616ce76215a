namespace NettyKafka.Codec.Generator;

/// <summary>Emits how tagged fields are read (unknown ones skipped) and written (in the order of tags, only when not at their default).</summary>
sealed class TaggedEmitter(CodeWriter code, Struct type, Message message)
{
    readonly Versions versions = type.Versions.Intersect(new(message.Schema.FlexibleFrom, short.MaxValue));
    readonly bool isRoot = type == message.Root;

    public void EmitRead()
    {
        code.Line();
        code.Open("void ReadTagged(ref Wire::KafkaReader reader, short version)");
        code.Open("for (var count = reader.ReadUnsignedVarInt(); count > 0; count--)");
        code.Line("var tag = reader.ReadUnsignedVarInt();");
        code.Line("var size = reader.ReadUnsignedVarInt();");
        code.Line("var start = reader.Position;");
        code.Open("switch (tag)");
        foreach (var field in type.Tagged)
        {
            var present = field.Versions.ConditionWithin(versions);
            code.Line($"case {field.Tag}{(present is null ? "" : $" when {present}")}:");
            code.Indented($"{field.Name} = {new FieldCode(field, type, message).Read};");
            code.Indented("break;");
        }

        code.Line("default:");
        code.Indented("reader.Skip(size);");
        code.Indented("break;");
        code.Close();
        code.Line();
        code.Line("reader.EndTagged(start, size);");
        code.Close();
        code.Close();
    }

    public void EmitWrite()
    {
        code.Line();
        code.Open($"{(isRoot ? "" : "readonly ")}void WriteTagged(ref Wire::KafkaWriter writer, short version)");
        foreach (var field in type.Tagged)
        {
            var present = field.Versions.ConditionWithin(versions);
            code.Line($"var has{field.Name} = {(present is null ? "" : present + " && ")}{Defaults.IsNotDefault(field)};");
        }

        code.Line($"writer.WriteUnsignedVarInt({string.Join(" + ", type.Tagged.Select(field => $"(has{field.Name} ? 1u : 0u)"))});");
        foreach (var field in type.Tagged)
        {
            code.Line();
            code.Open($"if (has{field.Name})");
            code.Line($"var begin = writer.BeginTagged({field.Tag});");
            code.Line(new FieldCode(field, type, message).Write);
            code.Line("writer.EndTagged(begin);");
            code.Close();
        }

        code.Close();
    }
}
