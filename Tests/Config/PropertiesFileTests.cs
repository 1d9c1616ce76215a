using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class PropertiesFileTests
{
    [TestCase("a=b", "a", "b")]
    [TestCase("a = b c ", "a", "b c ")]
    [TestCase("a:b", "a", "b")]
    [TestCase("a b", "a", "b")]
    [TestCase("a\t\f b", "a", "b")]
    [TestCase("a = = b", "a", "= b")]
    [TestCase("a : = b", "a", "= b")]
    [TestCase("  a=b", "a", "b")]
    [TestCase("a", "a", "")]
    [TestCase("a=", "a", "")]
    [TestCase("a=b=c:d", "a", "b=c:d")]
    [TestCase("a\\ b\\=c\\:d=e", "a b=c:d", "e")]
    [TestCase("a=\\t\\n\\r\\f\\\\\\x\\#", "a", "\t\n\r\f\\x#")]
    [TestCase("a=\\u00e9\\u20AC!", "a", "é€!")]
    [TestCase("a=b\\\n   c\\\r\n\td", "a", "bcd")]
    [TestCase("a=b\\\\\n", "a", "b\\")]
    [TestCase("a=b\\\n#c", "a", "b#c")]
    [TestCase("a=b\\", "a", "b")]
    [TestCase("a=b\r\n", "a", "b")]
    [TestCase("a=b\r", "a", "b")]
    [TestCase("listeners=PLAINTEXT://:9092,CONTROLLER://:9093", "listeners", "PLAINTEXT://:9092,CONTROLLER://:9093")]
    [TestCase("a=é", "a", "é")]
    public void A_property_is_read_as_Java_reads_it(string text, string key, string value) =>
        Assert.That(Parse(text), Is.EqualTo(new Dictionary<string, string> { [key] = value }));

    [Test]
    public void Comments_and_blank_lines_are_nothing() =>
        Assert.That(Parse("# a=1\n  ! b=2 \\\n\n \t\nc=3\n#d=4\\\ne=5"), Is.EqualTo(new Dictionary<string, string> { ["c"] = "3", ["e"] = "5" }));

    [Test]
    public void The_last_one_of_a_key_counts() => Assert.That(Parse("a=1\nb=2\na=3")["a"], Is.EqualTo("3"));

    [TestCase("a=\\u12")]
    [TestCase("a=\\u12zz")]
    [TestCase("\\u=a")]
    public void A_broken_escape_is_named_with_its_line(string text) =>
        Assert.That(() => Parse($"x=1\n{text}"), Throws.TypeOf<ConfigException>().With.Message.EqualTo("server.properties: four hexadecimal digits are expected after \\u in line 2"));

    [Test]
    public void A_file_that_is_not_there_is_named()
    {
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, "no-such.properties");

        Assert.That(() => PropertiesFile.Read(path), Throws.TypeOf<ConfigException>().With.Message.EqualTo($"{path}: the file does not exist"));
    }

    [Test]
    public void A_directory_is_not_a_file() =>
        Assert.That(() => PropertiesFile.Read(TestContext.CurrentContext.TestDirectory), Throws.TypeOf<ConfigException>().With.Message.Contains("the file cannot be read"));

    static Dictionary<string, string> Parse(string text) => PropertiesFile.Parse(text, "server.properties");
}
