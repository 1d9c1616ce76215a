using NettyKafka.Server.Groups;

namespace NettyKafka.Server.Handlers;

/// <summary>The client of a request as groups keep it.</summary>
static class GroupClients
{
    /// <summary>A client without an id has an empty one.</summary>
    public static GroupClient GroupClient(this RequestContext context) =>
        new(context.Header.ClientId ?? "", Groups.GroupClient.HostOf(context.Connection.RemoteAddress.Address), context.ApiVersion)
        {
            MayDescribe = context.DescribableTopics(),
        };
}
