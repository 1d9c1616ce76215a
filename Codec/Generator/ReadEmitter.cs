namespace NettyKafka.Codec.Generator;

/// <summary>Emits the constructor that reads.</summary>
sealed class ReadEmitter(CodeWriter code, Struct type, Message message)
{
    readonly Versions flexible = new(message.Schema.FlexibleFrom, short.MaxValue);

    public void EmitConstructor(string? flexibleDeclaration, string modifier)
    {
        code.Open($"{modifier}{type.TypeName}(ref Wire::KafkaReader reader, short version)");
        if (flexibleDeclaration is not null)
            code.Line(flexibleDeclaration);
        foreach (var field in type.Fields.Where(field => !field.IsTagged))
            EmitRead(field);

        var tagged = type.Fields.FindAll(field => field.IsTagged);
        foreach (var field in tagged.Where(field => !field.IsReference && !Defaults.IsZero(field)))
            code.Line($"{field.Name} = {Defaults.Of(field)};");
        EmitReadTagged(tagged.Count > 0);
        foreach (var field in tagged.Where(field => field.IsReference && !Defaults.IsZero(field)))
            code.Line($"{field.Name} ??= {Defaults.Of(field)};");
        code.Close();

        if (tagged.Count > 0)
            new TaggedEmitter(code, type, message).EmitRead();
    }

    void EmitRead(Field field)
    {
        var fieldCode = new FieldCode(field, type, message);
        code.Line(fieldCode.Present is { } present
            ? $"{field.Name} = {present} ? {fieldCode.Read} : {Defaults.Typed(field)};"
            : $"{field.Name} = {fieldCode.Read};");
    }

    void EmitReadTagged(bool hasTagged)
    {
        if (flexible.Intersect(type.Versions).IsEmpty)
            return;
        code.Then(flexible.ConditionWithin(type.Versions) is null ? null : "flexible", hasTagged ? "ReadTagged(ref reader, version);" : "reader.SkipTagged();");
    }
}
