namespace NettyKafka.Codec.Generator;

/// <summary>Emits <c>Write</c>: every field that the version has; what it cannot carry is refused unless it may be dropped.</summary>
sealed class WriteEmitter(CodeWriter code, Struct type, Message message)
{
    readonly Versions flexible = new(message.Schema.FlexibleFrom, short.MaxValue);

    public void EmitWrite(string? flexibleDeclaration, bool isRoot)
    {
        code.Line();
        code.Open($"public {(isRoot ? "" : "readonly ")}void Write(ref Wire::KafkaWriter writer, short version)");
        if (isRoot)
            code.Then("!Versions.Contains(version)", "throw Wire::ProtocolException.UnsupportedVersion(MessageName, version);");
        if (flexibleDeclaration is not null)
            code.Line(flexibleDeclaration);
        foreach (var field in type.Fields)
            EmitField(field);
        EmitTagged();
        code.Close();
    }

    void EmitField(Field field)
    {
        var fieldCode = new FieldCode(field, type, message);
        if (fieldCode.NullRefused is { } nullRefused)
            code.Then(nullRefused, Refuse("NullInVersion", field));
        var mayBeLost = !field.IsIgnorable && fieldCode.Present is not null;
        if (field.IsTagged)
        {
            if (mayBeLost)
                code.Then($"{field.Versions.ConditionOutside(type.Versions)} && {Defaults.IsNotDefault(field)}", Refuse("NotInVersion", field));
            return;
        }

        code.Then(fieldCode.Present, fieldCode.Write);
        if (mayBeLost)
        {
            code.Line($"else if ({Defaults.IsNotDefault(field)})");
            code.Indented(Refuse("NotInVersion", field));
        }
    }

    void EmitTagged()
    {
        if (flexible.Intersect(type.Versions).IsEmpty)
            return;
        var hasTagged = type.Fields.Exists(field => field.IsTagged);
        code.Then(flexible.ConditionWithin(type.Versions) is null ? null : "flexible", hasTagged ? "WriteTagged(ref writer, version);" : "writer.WriteUnsignedVarInt(0);");
    }

    string Refuse(string why, Field field)
    {
        var path = type == message.Root ? message.Name : $"{message.Name}.{type.TypeName}";
        return $"throw Wire::ProtocolException.{why}(\"{path}.{field.Name}\", version);";
    }
}
