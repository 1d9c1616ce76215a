using Microsoft.Extensions.Logging;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security;

/// <summary>Says who may do what with which resource, as the StandardAuthorizer of KRaft does. An answer that is known already costs no allocation.</summary>
public sealed class Authorizer(Func<AclsImage> acls, IReadOnlySet<KafkaPrincipal> superUsers, bool allowEveryoneIfNoAclFound, ILogger auditLog)
{
    /// <summary>The name of the one resource of the type Cluster.</summary>
    public const string ClusterName = "kafka-cluster";

    /// <summary>A resource that a question without one asks for.</summary>
    const string AnyName = "hardcode";

    readonly MatchingRule withoutAcls = allowEveryoneIfNoAclFound ? MatchingRule.DefaultAllow : MatchingRule.DefaultDeny;
    AclRules? rules;

    /// <summary>The authorizer that a configuration asks for; null where everybody may do everything.</summary>
    public static Authorizer? Of(BrokerConfig config, Func<AclsImage> acls, ILoggerFactory loggers) => config.AuthorizerClassName.Length == 0
        ? null
        : new(acls, config.SuperUsers.Select(KafkaPrincipal.Parse).ToHashSet(), config.AllowEveryoneIfNoAclFound, loggers.CreateLogger("kafka.authorizer.logger"));

    /// <summary>
    /// Not <paramref name="logIfAllowed"/>: nothing is given with the answer, it is only told. Not <paramref name="logIfDenied"/>: nobody has asked for the resource by name.
    /// </summary>
    public bool Authorize(
        in AuthorizableRequestContext request, AclOperation operation, ResourceType type, string name, bool logIfAllowed = true, bool logIfDenied = true)
    {
        var rule = superUsers.Contains(request.Principal) ? MatchingRule.SuperUser : CurrentRules().Find(request.Principal, request.ClientAddress, operation, type, name);
        var level = rule.IsAllowed ? logIfAllowed ? LogLevel.Debug : LogLevel.Trace : logIfDenied ? LogLevel.Information : LogLevel.Trace;
        auditLog.Log(level, request, operation, type, name, rule);
        return rule.IsAllowed;
    }

    /// <summary>Whether there may be a resource of a type with which the client may do something.</summary>
    public bool AuthorizeByResourceType(in AuthorizableRequestContext request, AclOperation operation, ResourceType type) =>
        Authorize(request, operation, type, AnyName, logIfDenied: false) || CurrentRules().AllowsAny(request.Principal, request.ClientAddress, operation, type);

    AclRules CurrentRules()
    {
        var image = acls();
        var current = Volatile.Read(ref rules);
        if (current is not null && ReferenceEquals(current.Acls, image))
            return current;
        current = new(image, withoutAcls);
        Volatile.Write(ref rules, current);
        return current;
    }
}
