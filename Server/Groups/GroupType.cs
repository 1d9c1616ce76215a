namespace NettyKafka.Server.Groups;

/// <summary>The protocol that a group's members speak.</summary>
public enum GroupType
{
    Classic,
    Consumer,
}

/// <summary>What clients are told, and filter by in any case of letters.</summary>
static class GroupTypeNames
{
    public static string ToName(this GroupType type) => type == GroupType.Classic ? "classic" : "consumer";
}
