using System.Text.RegularExpressions;

namespace NettyKafka.Codec.Generator;

static class Naming
{
    static readonly Regex Identifier = new("^[A-Za-z][A-Za-z0-9]*$", RegexOptions.CultureInvariant);

    public static bool IsIdentifier(string name) => Identifier.IsMatch(name);

    public static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>A type may share its name neither with a member of its own nor with one of the message it is nested in.</summary>
    public static void NameTypes(Message message)
    {
        foreach (var type in message.Structs)
        {
            var isTaken = message.Root.Fields.Exists(field => field.Name == type.Name) || type.Fields.Exists(field => field.Name == type.Name);
            type.TypeName = isTaken ? type.Name + "Struct" : type.Name;
        }
    }
}
