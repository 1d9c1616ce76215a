namespace NettyKafka.Codec.Generator;

/// <summary>The fewest bytes that an element of an array can take: what bounds the array's length by the bytes left.</summary>
static class MinimumSize
{
    public static int OfElement(Field field, Versions versions, short flexibleFrom)
    {
        if (field.Struct is not { } type)
            return Math.Max(1, field.Primitive!.Size);
        var present = field.Versions.Intersect(versions);
        return Math.Max(1, Enumerable.Range(present.Min, present.Max - present.Min + 1).Min(version => OfStruct(type, version, flexibleFrom)));
    }

    static int OfStruct(Struct type, int version, short flexibleFrom)
    {
        var isFlexible = version >= flexibleFrom;
        return type.Fields.Where(field => !field.IsTagged && field.Versions.Contains(version)).Sum(field => OfField(field, version, flexibleFrom)) + (isFlexible ? 1 : 0);
    }

    static int OfField(Field field, int version, short flexibleFrom)
    {
        if (field.IsPlainStruct)
            return field.NullableVersions.Contains(version) ? 1 : OfStruct(field.Struct!, version, flexibleFrom);
        if (!field.IsReference)
            return field.Primitive!.Size;
        if (version >= flexibleFrom && !field.IsNeverCompact)
            return 1;
        return field is { IsArray: false, Primitive.IsString: true } ? 2 : 4;
    }
}
