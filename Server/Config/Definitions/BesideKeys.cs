using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Configs that Kafka's own definition does not have: the authorizer's, and this broker's.</summary>
static class BesideKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Boolean("allow.everyone.if.no.acl.found", false, Medium).Used("Whether everybody may do everything with a resource that no ACL speaks of."),
        Text("cluster.id", null, Medium).Used("The id of the cluster that is formatted when the data directory is empty; one is made up if not set."),
        Password("sasl.users", null, Medium).Used("NAME:PASSWORD,...: users of PLAIN and SCRAM, of all listeners or of one."),
        Text("socket.transport", "auto", Low, In("auto", "epoll", "sockets")).Used("How sockets are read and written: epoll on Linux itself, sockets through .NET; auto takes epoll where there is one."),
        Text("super.users", "", Medium).Used("Principals that may do everything, TYPE:NAME;..., whatever the ACLs say."),
    ];
}
