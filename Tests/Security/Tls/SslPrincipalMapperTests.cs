using NettyKafka.Server.Security.Tls;

namespace NettyKafka.Tests.Security.Tls;

public sealed class SslPrincipalMapperTests
{
    // The example of Kafka's documentation.
    const string Rules = "RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/, RULE:^CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L, RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/L, DEFAULT";

    [TestCase("CN=serviceuser,OU=ServiceUsers,O=Unknown,L=Unknown,ST=Unknown,C=Unknown", "serviceuser")]
    [TestCase("CN=adminUser,OU=Admin,O=Unknown,L=Unknown,ST=Unknown,C=Unknown", "adminuser@admin")]
    [TestCase("cn=Ops.User,dc=acme", "ops.user")]
    [TestCase("OU=JavaTeam,O=Acme", "OU=JavaTeam,O=Acme")]
    public void The_first_rule_that_matches_the_whole_name_counts(string name, string expected) => Assert.That(SslPrincipalMapper.Parse(Rules).Map(name), Is.EqualTo(expected));

    [TestCase("DEFAULT", "CN=a,O=b", "CN=a,O=b")]
    [TestCase("RULE:CN=(.*?),.*/$1/U", "CN=jo,O=b", "JO")]
    [TestCase("RULE:^CN=(.*),O=(.*)$/$2\\/$1/", "CN=a,O=b", "b/a")]
    [TestCase("RULE:^CN=(.*)$/$1@$2/", "CN=a", "a@$2")]
    [TestCase("RULE:^CN=(.*)$/$12/", "CN=a", "a2")]
    [TestCase("RULE:^CN=(.*)$/$0!/", "CN=a", "CN=a!")]
    [TestCase(@"RULE:^CN=(.*)$/\$1 costs $1/", "CN=a", "$1 costs a")]
    [TestCase("RULE:^CN=a\\\\,b$/quoted/", @"CN=a\,b", "quoted")]
    public void A_replacement_has_groups_and_may_set_the_case(string rules, string name, string expected) =>
        Assert.That(SslPrincipalMapper.Parse(rules).Map(name), Is.EqualTo(expected));

    [Test]
    public void A_name_that_no_rule_matches_is_nobodys() => Assert.That(SslPrincipalMapper.Parse("RULE:^CN=(.*)$/$1/").Map("O=a"), Is.Null);

    [Test]
    public void A_rule_that_matches_a_part_does_not_count() => Assert.That(SslPrincipalMapper.Parse("RULE:CN=a/x/").Map("CN=ab"), Is.Null);

    [TestCase("default")]
    [TestCase("RULE:^CN=(.*)$")]
    [TestCase("RULE:^CN=(.*)$/$1")]
    [TestCase("RULE:^CN=(.*)$/$1/X")]
    [TestCase("RULE:^CN=(.*)$/$1/LU")]
    [TestCase("RULE:^CN=(/$1/")]
    [TestCase("DEFAULT/L")]
    public void What_is_no_rule_is_refused(string rules) => Assert.That(() => SslPrincipalMapper.Parse(rules), Throws.TypeOf<FormatException>());
}
