using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NettyKafka.Server.Security.Tls;

/// <summary>
/// A certificate's name as Kafka shows it and as ACLs have it: RFC 2253 in the form of Java's X500Principal.getName, the last relative name first, without spaces.
/// </summary>
static class DistinguishedName
{
    const string Escaped = ",=+<>#;\"\\";

    /// <summary>All other types are written as their number, and their values as bytes.</summary>
    static readonly Dictionary<string, string> keywords = new()
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "STREET",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["0.9.2342.19200300.100.1.1"] = "UID",
    };

    public static string Format(X500DistinguishedName name)
    {
        var names = new List<string>();
        var sequence = new AsnReader(name.RawData, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
            names.Add(FormatRelative(sequence.ReadSetOf(skipSortOrderValidation: true)));
        names.Reverse();
        return string.Join(',', names);
    }

    static string FormatRelative(AsnReader set)
    {
        var attributes = new List<string>();
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            attributes.Add(FormatAttribute(attribute.ReadObjectIdentifier(), attribute));
        }

        return string.Join('+', attributes);
    }

    static string FormatAttribute(string type, AsnReader attribute)
    {
        var isString = IsString(attribute.PeekTag());
        var encoded = attribute.ReadEncodedValue();
        if (!isString || !keywords.TryGetValue(type, out var keyword))
            return $"{keywords.GetValueOrDefault(type, type)}=#{Convert.ToHexStringLower(encoded.Span)}";
        AsnDecoder.ReadEncodedValue(encoded.Span, AsnEncodingRules.DER, out var offset, out var length, out _);
        return $"{keyword}={Escape(Encoding.UTF8.GetString(encoded.Span.Slice(offset, length)))}";
    }

    static bool IsString(Asn1Tag tag) => tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue is
        UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.T61String or UniversalTagNumber.IA5String
        or UniversalTagNumber.GeneralString or UniversalTagNumber.BMPString or UniversalTagNumber.UniversalString;

    static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        var first = value.Length - value.TrimStart(' ', '\r').Length;
        var last = value.TrimEnd(' ', '\r').Length - 1;
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (i < first || i > last || Escaped.Contains(c, StringComparison.Ordinal))
                text.Append('\\');
            if (c == '\0')
                text.Append("\\00");
            else
                text.Append(c);
        }

        return text.ToString();
    }
}
