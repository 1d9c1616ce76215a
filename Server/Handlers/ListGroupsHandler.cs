using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Handlers;

/// <summary>ListGroups v0-5. There are no groups yet: joining one is not served.</summary>
public sealed class ListGroupsHandler : IHandler<ListGroupsRequest, ListGroupsResponse>
{
    public ValueTask<ListGroupsResponse?> HandleAsync(ListGroupsRequest request, RequestContext context) => new(new ListGroupsResponse());
}
