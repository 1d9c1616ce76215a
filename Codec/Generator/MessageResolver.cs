namespace NettyKafka.Codec.Generator;

/// <summary>Ties fields to the structs they name and checks what can only be seen of a whole message.</summary>
sealed class MessageResolver(Message message, List<SchemaException> errors)
{
    readonly List<Struct> path = [];

    public void Resolve()
    {
        var known = errors.Count;
        foreach (var field in message.Structs.Concat([message.Root]).SelectMany(type => type.Fields))
            Find(field);
        if (errors.Count > known)
            return;
        Visit(message.Root, message.Schema.Versions);
        foreach (var unused in message.Structs.FindAll(type => type.Versions.IsEmpty && type.Fields.Count > 0))
            errors.Add(unused.Fields[0].Line.Error($"struct {unused.Name} is used by no field"));
        Naming.NameTypes(message);
    }

    void Find(Field field)
    {
        if (field.Primitive is not null)
            return;
        field.Struct = message.Structs.Find(type => type.Name == field.TypeName);
        if (field.Struct is null)
            errors.Add(field.Line.Error($"unknown type '{field.TypeName}': it is none of the protocol and no struct of {message.Name}"));
    }

    void Visit(Struct type, Versions versions)
    {
        type.Versions = type.Versions.Hull(versions);
        path.Add(type);
        var tags = new HashSet<int>();
        foreach (var field in type.Fields)
        {
            Check(field, versions, tags);
            if (field.Struct is { } inner && path.Contains(inner))
                errors.Add(field.Line.Error($"struct {inner.Name} holds itself"));
            else if (field.Struct is not null)
                Visit(field.Struct, versions.Intersect(field.Versions));
        }

        path.RemoveAt(path.Count - 1);
    }

    void Check(Field field, Versions parent, HashSet<int> tags)
    {
        var versions = field.Versions.Intersect(parent);
        if (versions.IsEmpty)
            errors.Add(field.Line.Error($"versions {field.Versions} of '{field.Name}' are none of the {parent} of what holds it"));
        if (field.Tag is not { } tag)
            return;
        if (versions.Min < message.Schema.FlexibleFrom)
            errors.Add(field.Line.Error($"'{field.Name}' is tagged in version {versions.Min}, which is not flexible"));
        if (field.IsRecords)
            errors.Add(field.Line.Error("records cannot be tagged"));
        if (!tags.Add(tag))
            errors.Add(field.Line.Error($"tag {tag} is taken by another field"));
    }
}
