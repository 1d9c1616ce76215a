using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security;

/// <summary>Kafka's log of what was allowed and denied: <c>kafka.authorizer.logger</c>, denials at INFO.</summary>
static partial class AuditLog
{
    const int MaxNameLength = 249;

    public static void Log(this ILogger log, LogLevel level, in AuthorizableRequestContext request, AclOperation operation, ResourceType type, string name, MatchingRule rule)
    {
        if (!log.IsEnabled(level))
            return;
        var resource = $"{type}:LITERAL:{Printable(name)}";
        var api = ApiKeys.Find(request.ApiKey)?.Name ?? "";
        var result = rule.IsAllowed ? "Allowed" : "Denied";
        Decided(log, level, Printable(request.Principal.ToString()), result, Acl.NameOf(operation), HostAddress.ToText(request.ClientAddress), resource, api, rule);
    }

    /// <summary>Clients choose many of the names: none of them makes a line of its own.</summary>
    static string Printable(string text)
    {
        var shortened = text.Length > MaxNameLength ? $"{text.AsSpan(0, MaxNameLength)}…" : text;
        return shortened.Any(char.IsControl) ? string.Concat(shortened.Select(letter => char.IsControl(letter) ? '?' : letter)) : shortened;
    }

    [LoggerMessage(Message = "Principal = {Principal} is {Result} operation = {Operation} from host = {Host} on resource = {Resource} for request = {Request} with resourceRefCount = 1 based on rule {Rule}")]
    static partial void Decided(ILogger log, LogLevel level, string principal, string result, string operation, string host, string resource, string request, MatchingRule rule);
}
