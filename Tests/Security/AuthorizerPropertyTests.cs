using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security;

namespace NettyKafka.Tests.Security;

/// <summary>The authorizer against the rules as they are written down: one look at every ACL for every question.</summary>
public sealed class AuthorizerPropertyTests
{
    static readonly string[] users = ["alice", "bob", "*"];
    static readonly string[] hosts = ["*", "10.0.0.1", "10.0.0.2"];

    /// <summary>Short words of few letters: many of them begin alike.</summary>
    static readonly Gen<string> names = Gen.OneOf(Gen.Constant("*"), Gen.Choose(1, 5).SelectMany(length => Gen.Elements('a', 'b').ArrayOf(length)).Select(letters => new string(letters)));

    static readonly Gen<ResourceType> types = Gen.Elements(ResourceType.Topic, ResourceType.Group);

    static readonly Gen<AclOperation> operations = Gen.Elements(
        AclOperation.Read, AclOperation.Write, AclOperation.Describe, AclOperation.Alter, AclOperation.Delete, AclOperation.AlterConfigs, AclOperation.DescribeConfigs);

    static readonly Gen<Acl> acls =
        from type in types
        from name in names
        from pattern in Gen.Elements(PatternType.Literal, PatternType.Prefixed)
        from user in Gen.Elements(users)
        from host in Gen.Elements(hosts)
        from operation in Gen.Frequency((8, operations), (1, Gen.Constant(AclOperation.All)))
        from permission in Gen.Frequency((3, Gen.Constant(AclPermissionType.Allow)), (1, Gen.Constant(AclPermissionType.Deny)))
        select new Acl(type, name, pattern, $"User:{user}", host, operation, permission);

    static readonly Gen<Question> questions =
        from user in Gen.Elements("alice", "bob", "root")
        from host in Gen.Elements("10.0.0.1", "10.0.0.2")
        from operation in operations
        from type in types
        from name in names
        select new Question(user, host, operation, type, name);

    static readonly Arbitrary<Given> worlds = (
        from given in acls.ArrayOf(12)
        from removed in Gen.Choose(0, 4)
        from asked in questions.ArrayOf(20)
        from allowEveryone in Gen.Elements(true, false)
        select new Given(given, removed, asked, allowEveryone)).ToArbitrary();

    [Test]
    public void It_answers_as_the_rules_do()
    {
        // FsCheck tells the seed of a failure.
        Prop.ForAll(worlds, world =>
        {
            var authorizer = AuthorizerOf(world);
            var left = world.Acls.Skip(world.Removed).ToList();
            foreach (var question in world.Questions.Concat(world.Questions))
                Assert.That(authorizer.Authorize(question.Request, question.Operation, question.Type, question.Name), Is.EqualTo(Answer(left, world.AllowEveryone, question)), question.ToString());
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    /// <summary>Names longer than all that are denied by themselves, below every permission, stand for all names that there may be.</summary>
    [Test]
    public void By_type_it_allows_what_some_name_would_be_allowed()
    {
        Prop.ForAll(worlds, world =>
        {
            // A prefix that is a star is only what it says.
            var plain = world with { AllowEveryone = false, Acls = [.. world.Acls.Where(acl => acl.ResourceName != "*" || acl.PatternType == PatternType.Literal)] };
            var authorizer = AuthorizerOf(plain);
            var left = plain.Acls.Skip(plain.Removed).ToList();
            foreach (var question in world.Questions.Where(question => question.Operation is AclOperation.Read or AclOperation.Write))
            {
                var some = left.Select(acl => acl.ResourceName).SelectMany(name => new[] { name, $"{name}zzzzzz" }).Append("zzzzzz").Where(name => name[0] != '*');
                var isAllowed = some.Any(name => Answer(left, allowEveryone: false, question with { Name = name }));
                Assert.That(authorizer.AuthorizeByResourceType(question.Request, question.Operation, question.Type), Is.EqualTo(isAllowed), question.ToString());
            }
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    static Authorizer AuthorizerOf(Given world)
    {
        var ids = world.Acls.Select(_ => Uuid.Random()).ToList();
        var image = AclsImage.Empty;
        for (var i = 0; i < ids.Count; i++)
            image = image.Replay(world.Acls[i].ToRecord(ids[i]));
        foreach (var id in ids.Take(world.Removed))
            image = image.Replay(new RemoveAccessControlEntryRecord { Id = id });
        return new(() => image, new HashSet<KafkaPrincipal> { KafkaPrincipal.OfUser("root") }, world.AllowEveryone, NullLogger.Instance);
    }

    static bool Answer(List<Acl> acls, bool allowEveryone, Question question)
    {
        if (question.User == "root")
            return true;
        var ofResource = acls.Where(acl => acl.ResourceType == question.Type && MatchesName(acl, question.Name)).ToList();
        if (ofResource.Count == 0)
            return allowEveryone;
        var ofClient = ofResource.Where(acl => (acl.Principal == "User:*" || acl.Principal == $"User:{question.User}") && (acl.Host == "*" || acl.Host == question.Host)).ToList();
        if (ofClient.Exists(acl => acl.PermissionType == AclPermissionType.Deny && (acl.Operation == AclOperation.All || acl.Operation == question.Operation)))
            return false;
        AclOperation[] sufficient = question.Operation switch
        {
            AclOperation.Describe => [AclOperation.Describe, AclOperation.Read, AclOperation.Write, AclOperation.Delete, AclOperation.Alter],
            AclOperation.DescribeConfigs => [AclOperation.DescribeConfigs, AclOperation.AlterConfigs],
            var operation => [operation],
        };
        return ofClient.Exists(acl => acl.PermissionType == AclPermissionType.Allow && (acl.Operation == AclOperation.All || sufficient.Contains(acl.Operation)));
    }

    static bool MatchesName(Acl acl, string name) =>
        acl.PatternType == PatternType.Prefixed ? name.StartsWith(acl.ResourceName, StringComparison.Ordinal) : acl.ResourceName == "*" || acl.ResourceName == name;

    sealed record Given(Acl[] Acls, int Removed, Question[] Questions, bool AllowEveryone);

    sealed record Question(string User, string Host, AclOperation Operation, ResourceType Type, string Name)
    {
        public AuthorizableRequestContext Request => new(KafkaPrincipal.OfUser(User), IPAddress.Parse(Host), ApiKeys.Fetch);
    }
}
