namespace NettyKafka.Testing;

/// <summary>A node of an embedded broker's cluster, at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rack">Its rack; null without one.</param>
/// <param name="Address">Where clients reach it, HOST:PORT; null while it is down.</param>
public sealed record EmbeddedNode(int Id, string? Rack, string? Address)
{
    public bool IsUp => Address is not null;
}
