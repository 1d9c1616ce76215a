using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>One rule: a principal may or may not do something, from a host, with the resources that a pattern matches.</summary>
public sealed record Acl(
    ResourceType ResourceType, string ResourceName, PatternType PatternType, string Principal, string Host, AclOperation Operation, AclPermissionType PermissionType)
{
    /// <summary>As a literal resource name: every resource. As a host: every host.</summary>
    public const string Wildcard = "*";

    /// <summary>Every principal, of whatever type.</summary>
    public const string WildcardPrincipal = "User:*";

    public static Acl Of(AccessControlEntryRecord record) => new(
        (ResourceType)record.ResourceType,
        record.ResourceName,
        (PatternType)record.PatternType,
        record.Principal,
        record.Host,
        (AclOperation)record.Operation,
        (AclPermissionType)record.PermissionType);

    public AccessControlEntryRecord ToRecord(Uuid id) => new()
    {
        Id = id,
        ResourceType = (sbyte)ResourceType,
        ResourceName = ResourceName,
        PatternType = (sbyte)PatternType,
        Principal = Principal,
        Host = Host,
        Operation = (sbyte)Operation,
        PermissionType = (sbyte)PermissionType,
    };

    /// <summary>Whether the rule is about a principal and a host, both as Kafka writes them.</summary>
    public bool IsFor(string principal, string host) => (Principal == principal || Principal == WildcardPrincipal) && (Host == Wildcard || Host == host);

    /// <summary>Whether the rule is about an operation. Who may change or read something may describe it; what is denied is denied alone.</summary>
    public bool IsAbout(AclOperation operation) =>
        Operation == AclOperation.All || Operation == operation || (PermissionType == AclPermissionType.Allow && operation switch
        {
            AclOperation.Describe => Operation is AclOperation.Read or AclOperation.Write or AclOperation.Delete or AclOperation.Alter,
            AclOperation.DescribeConfigs => Operation is AclOperation.AlterConfigs,
            _ => false,
        });

    /// <summary>The form that Kafka logs.</summary>
    public override string ToString() =>
        $"StandardAcl(resourceType={NameOf(ResourceType)}, resourceName={ResourceName}, patternType={NameOf(PatternType)}, principal={Principal}, host={Host}, "
        + $"operation={NameOf(Operation)}, permissionType={NameOf(PermissionType)})";

    /// <summary>Kafka's name of one of the protocol's numbers, such as DESCRIBE_CONFIGS; UNKNOWN where it has none.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            return "UNKNOWN";
        var name = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
                name.Append('_');
            name.Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }
}
