using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Security;

public sealed class AuthorizerTests
{
    static readonly KafkaPrincipal alice = KafkaPrincipal.OfUser("alice");
    static readonly IPAddress home = IPAddress.Parse("10.0.0.1");

    readonly TestLogger audit = new();
    AclsImage acls = AclsImage.Empty;

    [Test]
    public void What_no_ACL_allows_is_denied()
    {
        Given(Acl("bob", AclOperation.Read, "orders"));

        Assert.That(MayRead("orders"), Is.False);
        Assert.That(MayRead("unheard-of"), Is.False);
    }

    [Test]
    public void Where_everyone_is_allowed_a_resource_without_any_ACL_is_open_and_one_with_another_s_is_not()
    {
        Given(Acl("bob", AclOperation.Read, "orders"), Acl("bob", AclOperation.Read, "pre", pattern: PatternType.Prefixed));

        Assert.That(MayRead("payments", allowEveryone: true), Is.True);
        Assert.That(MayRead("orders", allowEveryone: true), Is.False);
        Assert.That(MayRead("prefix", allowEveryone: true), Is.False);
    }

    [Test]
    public void A_super_user_may_do_what_is_denied()
    {
        Given(Acl("root", AclOperation.All, "*", AclPermissionType.Deny));

        Assert.That(Authorizer(superUsers: ["User:root"]).Authorize(Of(KafkaPrincipal.OfUser("root")), AclOperation.Write, ResourceType.Topic, "orders"), Is.True);
    }

    [TestCase("orders", true)]
    [TestCase("orders-eu", true)]
    [TestCase("order", false)]
    [TestCase("Orders", false)]
    public void A_prefix_is_for_what_begins_with_it(string topic, bool isAllowed)
    {
        Given(Acl("alice", AclOperation.Read, "orders", pattern: PatternType.Prefixed));

        Assert.That(MayRead(topic), Is.EqualTo(isAllowed));
    }

    [Test]
    public void Every_prefix_of_a_name_is_found_among_others_between_them()
    {
        foreach (var prefix in new[] { "f", "foo", "foobar", "fa", "fb", "foob-", "foobaz", "g", "e" })
        {
            Given(Acl("alice", AclOperation.Read, prefix, pattern: PatternType.Prefixed), Acl("bob", AclOperation.Read, "fo", pattern: PatternType.Prefixed), Acl("bob", AclOperation.Read, "fooa", pattern: PatternType.Prefixed));
            Assert.That(MayRead("foobar"), Is.EqualTo("foobar".StartsWith(prefix, StringComparison.Ordinal)), prefix);
        }
    }

    [Test]
    public void A_literal_name_is_no_prefix_and_a_star_is_every_name()
    {
        Given(Acl("alice", AclOperation.Read, "orders"), Acl("alice", AclOperation.Write, "*"));

        Assert.That(MayRead("orders-eu"), Is.False);
        Assert.That(May(AclOperation.Write, "whatever"), Is.True);
    }

    [Test]
    public void A_denial_goes_before_every_permission()
    {
        Given(Acl("alice", AclOperation.Read, "orders"), Acl("*", AclOperation.All, "or", AclPermissionType.Deny, PatternType.Prefixed));

        Assert.That(MayRead("orders"), Is.False);
    }

    [TestCase(AclOperation.Read, AclOperation.Describe, true)]
    [TestCase(AclOperation.Write, AclOperation.Describe, true)]
    [TestCase(AclOperation.Delete, AclOperation.Describe, true)]
    [TestCase(AclOperation.Alter, AclOperation.Describe, true)]
    [TestCase(AclOperation.Create, AclOperation.Describe, false)]
    [TestCase(AclOperation.AlterConfigs, AclOperation.DescribeConfigs, true)]
    [TestCase(AclOperation.AlterConfigs, AclOperation.Describe, false)]
    [TestCase(AclOperation.Describe, AclOperation.Read, false)]
    [TestCase(AclOperation.All, AclOperation.ClusterAction, true)]
    public void Some_operations_imply_that_one_may_describe(AclOperation allowed, AclOperation asked, bool isAllowed)
    {
        Given(Acl("alice", allowed, "orders"));

        Assert.That(May(asked, "orders"), Is.EqualTo(isAllowed));
    }

    [Test]
    public void A_denial_denies_nothing_else()
    {
        Given(Acl("alice", AclOperation.Describe, "orders"), Acl("alice", AclOperation.Read, "orders", AclPermissionType.Deny));

        Assert.That(May(AclOperation.Describe, "orders"), Is.True);
    }

    [TestCase("10.0.0.1", "10.0.0.1", true)]
    [TestCase("10.0.0.2", "10.0.0.1", false)]
    [TestCase("0:0:0:0:0:0:0:1", "::1", true)]
    [TestCase("*", "::1", true)]
    public void A_host_is_an_address_as_Kafka_writes_it(string host, string client, bool isAllowed)
    {
        Given(AclRequests.Acl("alice", AclOperation.Read, ResourceType.Topic, "orders", host: host));

        Assert.That(Authorizer().Authorize(new(alice, IPAddress.Parse(client), ApiKeys.Fetch), AclOperation.Read, ResourceType.Topic, "orders"), Is.EqualTo(isAllowed));
    }

    [Test]
    public void A_principal_is_its_type_and_its_name()
    {
        Given(AclRequests.Acl("alice", AclOperation.Read, ResourceType.Topic, "orders"));

        Assert.That(Authorizer().Authorize(Of(new("Group", "alice")), AclOperation.Read, ResourceType.Topic, "orders"), Is.False);
        Given(AclRequests.Acl("*", AclOperation.Read, ResourceType.Topic, "orders"));
        Assert.That(Authorizer().Authorize(Of(new("Group", "alice")), AclOperation.Read, ResourceType.Topic, "orders"), Is.True);
    }

    [Test]
    public void An_ACL_that_comes_or_goes_counts_with_the_next_question()
    {
        var authorizer = Authorizer();
        Assert.That(authorizer.Authorize(Of(alice), AclOperation.Read, ResourceType.Topic, "orders"), Is.False);

        Given(Acl("alice", AclOperation.Read, "orders"));
        Assert.That(authorizer.Authorize(Of(alice), AclOperation.Read, ResourceType.Topic, "orders"), Is.True);

        acls = acls.Replay(new RemoveAccessControlEntryRecord { Id = acls.ById.Keys.Single() });
        Assert.That(authorizer.Authorize(Of(alice), AclOperation.Read, ResourceType.Topic, "orders"), Is.False);
    }

    [TestCase(new[] { "allow:orders" }, true)]
    [TestCase(new[] { "allow:*" }, true)]
    [TestCase(new[] { "allow:orders", "deny:orders" }, false)]
    [TestCase(new[] { "allow:orders", "deny:payments" }, true)]
    [TestCase(new[] { "allow:orders", "deny:or..." }, false)]
    [TestCase(new[] { "allow:or...", "deny:orders..." }, true)]
    [TestCase(new[] { "allow:or...", "deny:or" }, true)]
    [TestCase(new[] { "allow:*", "deny:*" }, false)]
    [TestCase(new string[0], false)]
    public void One_topic_that_may_be_written_is_enough_for_an_idempotent_producer(string[] given, bool isAllowed)
    {
        Given([.. given.Select(each => Acl(
            "alice",
            AclOperation.Write,
            each[(each.IndexOf(':', StringComparison.Ordinal) + 1)..].Replace("...", "", StringComparison.Ordinal),
            each.StartsWith("deny", StringComparison.Ordinal) ? AclPermissionType.Deny : AclPermissionType.Allow,
            each.EndsWith("...", StringComparison.Ordinal) ? PatternType.Prefixed : PatternType.Literal))]);

        Assert.That(Authorizer().AuthorizeByResourceType(Of(alice), AclOperation.Write, ResourceType.Topic), Is.EqualTo(isAllowed));
    }

    [Test]
    public void A_denial_is_logged_as_Kafka_does()
    {
        Given(Acl("alice", AclOperation.DescribeConfigs, "orders", AclPermissionType.Deny));

        May(AclOperation.DescribeConfigs, "orders");
        Authorizer().Authorize(Of(alice), AclOperation.Write, ResourceType.TransactionalId, "a\nPrincipal = User:root");

        Assert.That(audit.Messages, Is.EqualTo(new[]
        {
            "Principal = User:alice is Denied operation = DESCRIBE_CONFIGS from host = 10.0.0.1 on resource = Topic:LITERAL:orders for request = Fetch with resourceRefCount = 1 based on rule "
            + "MatchingAcl(acl=StandardAcl(resourceType=TOPIC, resourceName=orders, patternType=LITERAL, principal=User:alice, host=*, operation=DESCRIBE_CONFIGS, permissionType=DENY))",
            "Principal = User:alice is Denied operation = WRITE from host = 10.0.0.1 on resource = TransactionalId:LITERAL:a?Principal = User:root for request = Fetch "
            + "with resourceRefCount = 1 based on rule DefaultDeny",
        }));
    }

    [Test]
    public void What_has_been_asked_before_is_answered_without_an_allocation()
    {
        Given(Acl("alice", AclOperation.Read, "ord", pattern: PatternType.Prefixed));
        var authorizer = new Authorizer(() => acls, new HashSet<KafkaPrincipal> { KafkaPrincipal.OfUser("root") }, false, NullLogger.Instance);
        var request = Of(alice);
        authorizer.Authorize(request, AclOperation.Read, ResourceType.Topic, "orders");
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            authorizer.Authorize(request, AclOperation.Read, ResourceType.Topic, "orders");

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    void Given(params Acl[] given) => acls = given.Aggregate(AclsImage.Empty, (image, acl) => image.Replay(acl.ToRecord(Uuid.Random())));

    bool MayRead(string topic, bool allowEveryone = false) => Authorizer(allowEveryone).Authorize(Of(alice), AclOperation.Read, ResourceType.Topic, topic);

    bool May(AclOperation operation, string topic) => Authorizer().Authorize(Of(alice), operation, ResourceType.Topic, topic);

    Authorizer Authorizer(bool allowEveryone = false, params string[] superUsers) =>
        new(() => acls, superUsers.Select(KafkaPrincipal.Parse).ToHashSet(), allowEveryone, audit);

    static AuthorizableRequestContext Of(KafkaPrincipal principal) => new(principal, home, ApiKeys.Fetch);

    static Acl Acl(string user, AclOperation operation, string topic, AclPermissionType permission = AclPermissionType.Allow, PatternType pattern = PatternType.Literal) =>
        AclRequests.Acl(user, operation, ResourceType.Topic, topic, permission, pattern);
}
