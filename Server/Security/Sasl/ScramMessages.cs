using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>The first message of a client of SCRAM: a header, the user's name, a nonce, and extensions.</summary>
sealed record ScramClientFirst(string AuthorizationId, string UserName, string Nonce, IReadOnlyDictionary<string, string> Extensions, string Bare)
{
    const string TokenAuth = "tokenauth";

    /// <summary>Whether the name is a delegation token's id, and the password its HMAC.</summary>
    public bool IsToken => Extensions.GetValueOrDefault(TokenAuth) == "true";

    public static bool TryParse(string text, [NotNullWhen(true)] out ScramClientFirst? message)
    {
        message = null;
        // n: the client knows no channel binding, and neither do we.
        var parts = text.Split(',');
        if (parts.Length < 4 || parts[0] != "n" || !(parts[1].Length == 0 || parts[1].StartsWith("a=", StringComparison.Ordinal)))
            return false;
        if (!parts[2].StartsWith("n=", StringComparison.Ordinal) || !parts[3].StartsWith("r=", StringComparison.Ordinal) || parts[3].Length == 2)
            return false;
        Dictionary<string, string> extensions = [];
        foreach (var extension in parts[4..])
            if (extension.Split('=', 2) is [{ Length: > 0 } name, var value])
                extensions[name] = value;
            else
                return false;
        message = new(parts[1].Length == 0 ? "" : NameOf(parts[1][2..]), NameOf(parts[2][2..]), parts[3][2..], extensions, string.Join(',', parts[2..]));
        return message.UserName.Length > 0;
    }

    /// <summary>A name's commas and equals signs are written =2C and =3D.</summary>
    static string NameOf(string saslName) => saslName.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
}

/// <summary>What the server answers: both nonces, the salt and how often to hash.</summary>
sealed record ScramServerFirst(string Nonce, byte[] Salt, int Iterations)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"r={Nonce},s={Convert.ToBase64String(Salt)},i={Iterations}");
}

/// <summary>The last message of a client of SCRAM: the header again, both nonces and the proof.</summary>
sealed record ScramClientFinal(string Nonce, byte[] Proof, string WithoutProof)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out ScramClientFinal? message)
    {
        message = null;
        var proofStart = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofStart < 0)
            return false;
        var parts = text[..proofStart].Split(',');
        if (parts.Length < 2 || !parts[0].StartsWith("c=", StringComparison.Ordinal) || !parts[1].StartsWith("r=", StringComparison.Ordinal))
            return false;
        if (!TryDecode(text[(proofStart + 3)..], out var proof))
            return false;
        message = new(parts[1][2..], proof, text[..proofStart]);
        return true;
    }

    static bool TryDecode(string base64, out byte[] bytes)
    {
        bytes = new byte[base64.Length];
        var isValid = Convert.TryFromBase64String(base64, bytes, out var length);
        bytes = bytes[..length];
        return isValid;
    }
}
