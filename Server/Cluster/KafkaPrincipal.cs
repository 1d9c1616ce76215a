namespace NettyKafka.Server.Cluster;

/// <summary>Who a client is, in the form TYPE:NAME; the type of users is <c>User</c>.</summary>
public sealed record KafkaPrincipal(string Type, string Name)
{
    public const string UserType = "User";

    /// <summary>Who has not said who it is.</summary>
    public static readonly KafkaPrincipal Anonymous = OfUser("ANONYMOUS");

    public static KafkaPrincipal OfUser(string name) => new(UserType, name);

    public override string ToString() => $"{Type}:{Name}";
}
