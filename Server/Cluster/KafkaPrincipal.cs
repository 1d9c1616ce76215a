namespace NettyKafka.Server.Cluster;

/// <summary>Who a client is, in the form TYPE:NAME; the type of users is <c>User</c>.</summary>
public sealed record KafkaPrincipal(string Type, string Name)
{
    public const string UserType = "User";

    /// <summary>Who has not said who it is.</summary>
    public static readonly KafkaPrincipal Anonymous = OfUser("ANONYMOUS");

    public static KafkaPrincipal OfUser(string name) => new(UserType, name);

    /// <summary>Reads TYPE:NAME; a name may have colons itself.</summary>
    public static KafkaPrincipal Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 ? new(text[..colon], text[(colon + 1)..]) : throw new FormatException($"expected a string in format principalType:principalName but got {text}");
    }

    public override string ToString() => $"{Type}:{Name}";
}
