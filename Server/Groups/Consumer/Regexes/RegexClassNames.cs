using System.Collections.Frozen;
using System.Globalization;

namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>The named classes that RE2/J knows: POSIX ones, and Unicode's categories and scripts. Of the scripts only two have letters in ASCII.</summary>
static class RegexClassNames
{
    static readonly FrozenDictionary<string, AsciiSet> posix = new Dictionary<string, AsciiSet>
    {
        ["alnum"] = AsciiSet.Letters | AsciiSet.Digits,
        ["alpha"] = AsciiSet.Letters,
        ["ascii"] = AsciiSet.All,
        ["blank"] = AsciiSet.Range('\t', '\t') | AsciiSet.Range(' ', ' '),
        ["cntrl"] = AsciiSet.Where(char.IsControl),
        ["digit"] = AsciiSet.Digits,
        ["graph"] = AsciiSet.Range('!', '~'),
        ["lower"] = AsciiSet.Lower,
        ["print"] = AsciiSet.Range(' ', '~'),
        ["punct"] = AsciiSet.Where(c => c is > ' ' and <= '~' && !char.IsAsciiLetterOrDigit(c)),
        ["space"] = AsciiSet.Range('\t', '\r') | AsciiSet.Range(' ', ' '),
        ["upper"] = AsciiSet.Upper,
        ["word"] = AsciiSet.Word,
        ["xdigit"] = AsciiSet.Where(char.IsAsciiHexDigit),
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, UnicodeCategory[]> categories = new Dictionary<string, UnicodeCategory[]>
    {
        ["Lu"] = [UnicodeCategory.UppercaseLetter],
        ["Ll"] = [UnicodeCategory.LowercaseLetter],
        ["L"] = [UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter],
        ["Nd"] = [UnicodeCategory.DecimalDigitNumber],
        ["N"] = [UnicodeCategory.DecimalDigitNumber],
        ["Pc"] = [UnicodeCategory.ConnectorPunctuation],
        ["Pd"] = [UnicodeCategory.DashPunctuation],
        ["Ps"] = [UnicodeCategory.OpenPunctuation],
        ["Pe"] = [UnicodeCategory.ClosePunctuation],
        ["Po"] = [UnicodeCategory.OtherPunctuation],
        ["P"] =
        [
            UnicodeCategory.ConnectorPunctuation, UnicodeCategory.DashPunctuation, UnicodeCategory.OpenPunctuation, UnicodeCategory.ClosePunctuation,
            UnicodeCategory.OtherPunctuation,
        ],
        ["Sm"] = [UnicodeCategory.MathSymbol],
        ["Sc"] = [UnicodeCategory.CurrencySymbol],
        ["Sk"] = [UnicodeCategory.ModifierSymbol],
        ["S"] = [UnicodeCategory.MathSymbol, UnicodeCategory.CurrencySymbol, UnicodeCategory.ModifierSymbol],
        ["Zs"] = [UnicodeCategory.SpaceSeparator],
        ["Z"] = [UnicodeCategory.SpaceSeparator],
        ["Cc"] = [UnicodeCategory.Control],
        ["C"] = [UnicodeCategory.Control],
    }.ToFrozenDictionary();

    static readonly FrozenSet<string> outsideAscii = (
        "Lt Lm Lo M Mn Me Mc Nl No Pi Pf So Zl Zp Cf Cs Co " +
        "Arabic Armenian Avestan Balinese Bamum Batak Bengali Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Cham Cherokee Coptic " +
        "Cuneiform Cypriot Cyrillic Deseret Devanagari Egyptian_Hieroglyphs Ethiopic Georgian Glagolitic Gothic Greek Gujarati Gurmukhi Han Hangul " +
        "Hanunoo Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kayah_Li " +
        "Kharoshthi Khmer Lao Lepcha Limbu Linear_B Lisu Lycian Lydian Malayalam Mandaic Meetei_Mayek Mongolian Myanmar New_Tai_Lue Nko Ogham Ol_Chiki " +
        "Old_Italic Old_Persian Old_South_Arabian Old_Turkic Oriya Osmanya Phags_Pa Phoenician Rejang Runic Samaritan Saurashtra Shavian Sinhala " +
        "Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Tamil Telugu Thaana Thai Tibetan Tifinagh Ugaritic Unknown Vai Yi").Split(' ').ToFrozenSet();

    public static AsciiSet? FindPosix(string name) => posix.TryGetValue(name, out var set) ? set : null;

    public static AsciiSet? FindUnicode(string name) => name switch
    {
        "Any" => AsciiSet.All,
        "Latin" => AsciiSet.Letters,
        "Common" => ~AsciiSet.Letters,
        _ when categories.TryGetValue(name, out var members) => AsciiSet.Where(c => members.Contains(char.GetUnicodeCategory(c))),
        _ => outsideAscii.Contains(name) ? default(AsciiSet) : null,
    };
}
