using System.Globalization;
using System.Numerics;

namespace NettyKafka.Codec.Generator;

/// <summary>Default values: what a schema may say, and what C# says for it.</summary>
static class Defaults
{
    /// <summary>The default in C#, or null when it does not fit the field.</summary>
    public static string? Parse(Field field, string text)
    {
        if (text == "null")
            return field.IsNullable ? "null" : null;
        if (field.IsArray || field.Primitive is not { } primitive)
            return null;
        if (primitive.IsString)
            return text.Length >= 2 && text[0] == '"' && text.IndexOf('"', 1) == text.Length - 1 ? text : null;
        if (primitive.IsBool)
            return bool.TryParse(text, out var value) ? (value ? "true" : "false") : null;
        return primitive.Range is { } range && ParseInteger(text) is { } number && number >= range.Min && number <= range.Max ? text : null;
    }

    /// <summary>What a field has where it is absent.</summary>
    public static string Of(Field field)
    {
        if (field.Default == "null" || field is { IsRecords: true, IsNullable: true })
            return "null";
        if (field.IsRecords)
            return "Wire::Records.Empty";
        if (field.IsReference)
            return field.Default ?? (field.Primitive is { IsString: true } && !field.IsArray ? "\"\"" : "[]");
        if (field.IsPlainStruct)
            return $"new {field.Struct!.TypeName}()";
        if (field.IsErrorCode)
            return $"(Wire::ErrorCode)({field.Default ?? "0"})";
        return field.Default ?? (field.Primitive!.IsUuid ? "default" : field.Primitive.IsBool ? "false" : "0");
    }

    /// <summary>The same in an expression that has to have the type of the field.</summary>
    public static string Typed(Field field) =>
        field is { IsArray: false, IsErrorCode: false, Primitive: { IsFixedSize: true, Size: < 4, Range: not null } } ? $"({field.Primitive.CSharp}){Of(field)}" : Of(field);

    /// <summary>True when C# gives a property this default by itself.</summary>
    public static bool IsZero(Field field) => field switch
    {
        { IsPlainStruct: true } => field.Default == "null" || field.Struct!.Fields.TrueForAll(IsZero),
        { IsReference: true } => Of(field) == "null",
        _ => field.Default is null or "0" or "false",
    };

    /// <summary>The C# condition for a property having its default.</summary>
    public static string IsDefault(Field field) => field switch
    {
        { Default: "null" } or { IsRecords: true, IsNullable: true } => $"{field.Name} is null",
        { IsRecords: true } => $"{field.Name} is {{ SizeInBytes: 0 }}",
        { IsReference: true, IsArray: true } => $"{field.Name} is {{ Count: 0 }}",
        { Primitive.IsString: true } => $"{field.Name} is {Of(field)}",
        { IsReference: true } => $"{field.Name} is {{ Length: 0 }}",
        { IsPlainStruct: true, IsNullable: true } => $"{field.Name} is {{ IsDefault: true }}",
        { IsPlainStruct: true } => $"{field.Name}.IsDefault",
        { Primitive.IsUuid: true } => $"{field.Name}.IsZero",
        { Primitive.IsBool: true } => field.Default == "true" ? field.Name : "!" + field.Name,
        { IsErrorCode: true, Default: null or "0" } => $"{field.Name} == 0",
        _ => $"{field.Name} == {Of(field)}",
    };

    /// <summary>The C# condition for a property having something else than its default.</summary>
    public static string IsNotDefault(Field field)
    {
        var isDefault = IsDefault(field);
        if (isDefault.Contains(" is "))
            return isDefault.Replace(" is ", " is not ");
        if (isDefault.Contains(" == "))
            return isDefault.Replace(" == ", " != ");
        return isDefault[0] == '!' ? isDefault.Substring(1) : "!" + isDefault;
    }

    static BigInteger? ParseInteger(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? BigInteger.TryParse("0" + text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null
        : BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
