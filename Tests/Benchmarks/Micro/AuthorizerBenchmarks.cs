using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security;

namespace NettyKafka.Benchmarks.Micro;

/// <summary>One question of a client among many ACLs: asked before, and for the first time.</summary>
public class AuthorizerBenchmarks
{
    static readonly AuthorizableRequestContext request = new(KafkaPrincipal.OfUser("alice"), IPAddress.Parse("10.0.0.1"), ApiKeys.Fetch);

    Authorizer authorizer = null!;
    AclsImage acls = AclsImage.Empty;

    [Params(10, 10_000)]
    public int Acls { get; set; }

    [GlobalSetup]
    public void Create()
    {
        acls = AclsImage.Empty;
        for (var i = 0; i < Acls; i++)
        {
            var pattern = i % 2 == 0 ? PatternType.Literal : PatternType.Prefixed;
            acls = acls.Replay(new Acl(ResourceType.Topic, $"orders-{i}", pattern, "User:alice", "*", AclOperation.Read, AclPermissionType.Allow).ToRecord(Uuid.Random()));
        }

        authorizer = new(() => acls, new HashSet<KafkaPrincipal> { KafkaPrincipal.OfUser("root") }, allowEveryoneIfNoAclFound: false, NullLogger.Instance);
    }

    [Benchmark(Baseline = true)]
    public bool AskedBefore() => authorizer.Authorize(request, AclOperation.Read, ResourceType.Topic, "orders-5-eu");

    /// <summary>With an authorizer that has nothing kept yet.</summary>
    [Benchmark]
    public bool AskedFirst() =>
        new Authorizer(() => acls, new HashSet<KafkaPrincipal>(), false, NullLogger.Instance).Authorize(request, AclOperation.Read, ResourceType.Topic, "orders-5-eu");
}
