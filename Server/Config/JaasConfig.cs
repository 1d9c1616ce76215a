using System.Text;

namespace NettyKafka.Server.Config;

/// <summary>
/// One login module of a <c>sasl.jaas.config</c>: its class and its options. Its text has the form <c>CLASS required|requisite|sufficient|optional NAME="VALUE" …;</c>
/// </summary>
public sealed class JaasConfig
{
    const string Form = "MODULE required NAME=\"VALUE\" …;";

    static readonly string[] flags = ["required", "requisite", "sufficient", "optional"];

    JaasConfig(string loginModule, IReadOnlyDictionary<string, string> options) => (LoginModule, Options) = (loginModule, options);

    public string LoginModule { get; }

    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>Reads <paramref name="text"/>; what is wrong with it is said without any of its values.</summary>
    public static JaasConfig Parse(string configName, string text)
    {
        var tokens = new Queue<string>(Tokens(configName, text));
        if (!tokens.TryDequeue(out var module) || !tokens.TryDequeue(out var flag) || !flags.Contains(flag.ToLowerInvariant()))
            throw Wrong(configName, $"{Form} is expected");
        Dictionary<string, string> options = [];
        while (tokens.TryDequeue(out var name) && name != ";")
        {
            if (!tokens.TryDequeue(out var equals) || equals != "=" || !tokens.TryDequeue(out var value) || value == ";")
                throw Wrong(configName, "NAME=VALUE is expected for each option, and quotes around a value with blanks");
            options[name] = value;
        }
        return tokens.Count == 0 ? new(module, options) : throw Wrong(configName, "one login module is expected");
    }

    static IEnumerable<string> Tokens(string configName, string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
                i++;
            else if (text[i] is '=' or ';')
                yield return text[i++].ToString();
            else if (text[i] is '"' or '\'')
                yield return Quoted(configName, text, ref i);
            else
                yield return Word(text, ref i);
        }
    }

    static string Word(string text, ref int i)
    {
        var start = i;
        while (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] is not ('=' or ';' or '"' or '\''))
            i++;
        return text[start..i];
    }

    static string Quoted(string configName, string text, ref int i)
    {
        var quote = text[i++];
        var value = new StringBuilder();
        for (; i < text.Length && text[i] != quote; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
                i++;
            value.Append(text[i]);
        }
        if (i++ >= text.Length)
            throw Wrong(configName, "a closing quote is expected");
        return value.ToString();
    }

    static ConfigException Wrong(string configName, string expected) => new($"{configName}={ConfigKey.Hidden}: {expected}");
}
