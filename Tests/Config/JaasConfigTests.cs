using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class JaasConfigTests
{
    [Test]
    public void A_login_module_has_options()
    {
        var jaas = JaasConfig.Parse("x", "org.apache.kafka.common.security.plain.PlainLoginModule required\n username=\"admin\" user_bob='b \\\"q\\\" \\\\' user_eve=simple;");

        Assert.That(jaas.LoginModule, Is.EqualTo("org.apache.kafka.common.security.plain.PlainLoginModule"));
        Assert.That(jaas.Options, Is.EqualTo(new Dictionary<string, string> { ["username"] = "admin", ["user_bob"] = "b \"q\" \\", ["user_eve"] = "simple" }));
    }

    [Test]
    public void The_last_semicolon_may_be_missing() =>
        Assert.That(JaasConfig.Parse("x", "Module required a=b").Options["a"], Is.EqualTo("b"));

    [TestCase("", "MODULE required NAME=\"VALUE\" …; is expected")]
    [TestCase("Module", "MODULE required NAME=\"VALUE\" …; is expected")]
    [TestCase("Module sometimes;", "MODULE required NAME=\"VALUE\" …; is expected")]
    [TestCase("Module required password;", "NAME=VALUE is expected for each option, and quotes around a value with blanks")]
    [TestCase("Module required password=", "NAME=VALUE is expected for each option, and quotes around a value with blanks")]
    [TestCase("Module required password=\"secret", "a closing quote is expected")]
    [TestCase("Module required a=b; Other required;", "one login module is expected")]
    public void What_is_wrong_is_told_without_the_secret(string text, string expected) =>
        Assert.That(() => JaasConfig.Parse("x.sasl.jaas.config", text), Throws.TypeOf<ConfigException>().With.Message.EqualTo($"x.sasl.jaas.config=[hidden]: {expected}"));
}
