namespace NettyKafka.Server.Groups;

/// <summary>The protocol that a group's members speak; its name is what clients are told and filter by, in any case of letters.</summary>
public enum GroupType
{
    Classic,
    Consumer,
}
