using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using NettyKafka.Server.Security.Tls;

namespace NettyKafka.Tests.Security.Tls;

/// <summary>The expected names are those of Java's X500Principal.getName, which ACLs and super.users are written with.</summary>
public sealed class DistinguishedNameTests
{
    const string CommonName = "2.5.4.3";
    const string Organization = "2.5.4.10";
    const string EmailAddress = "1.2.840.113549.1.9.1";

    [Test]
    public void The_last_relative_name_comes_first_without_spaces() =>
        Assert.That(
            DistinguishedName.Format(new("C=NO, ST=Oslo, L=Oslo, O=Acme, OU=Sales, CN=writeuser", X500DistinguishedNameFlags.None)),
            Is.EqualTo("CN=writeuser,OU=Sales,O=Acme,L=Oslo,ST=Oslo,C=NO"));

    [TestCase("a,b", @"CN=a\,b")]
    [TestCase("a+b=c", @"CN=a\+b\=c")]
    [TestCase("\"a\" <b>;#\\", @"CN=\""a\"" \<b\>\;\#\\")]
    [TestCase(" a b ", @"CN=\ a b\ ")]
    [TestCase("  ", @"CN=\ \ ")]
    [TestCase("Jürgen 日本", "CN=Jürgen 日本")]
    [TestCase("a\0b", @"CN=a\00b")]
    [TestCase("", "CN=")]
    public void What_has_a_meaning_in_names_is_escaped(string value, string expected) => Assert.That(Format([(CommonName, value)]), Is.EqualTo(expected));

    [Test]
    public void A_relative_name_of_several_attributes_keeps_their_order() =>
        Assert.That(Format([(CommonName, "a"), (Organization, "b")]), Is.EqualTo("CN=a+O=b"));

    [Test]
    public void Types_without_a_keyword_of_the_RFC_are_numbers_with_their_bytes() =>
        Assert.That(Format([(EmailAddress, "a@b.c")]), Is.EqualTo("1.2.840.113549.1.9.1=#0c056140622e63"));

    [Test]
    public void Domain_components_and_user_ids_have_keywords() =>
        Assert.That(DistinguishedName.Format(new("DC=com, DC=acme, 0.9.2342.19200300.100.1.1=jo", X500DistinguishedNameFlags.None)), Is.EqualTo("UID=jo,DC=acme,DC=com"));

    [Test]
    public void A_value_that_is_no_string_is_shown_as_bytes() => Assert.That(Format(writer => writer.WriteInteger(7)), Is.EqualTo("CN=#020107"));

    /// <summary>The name of a certificate that OpenSSL made, and what a JDK says it is.</summary>
    [Test]
    public void A_name_with_everything_is_what_Java_prints()
    {
        const string Name =
            "MIHkMQswCQYDVQQGEwJERTEQMA4GA1UECAwHQmF2YXJpYTEdMBsGA1UEBwwUTSx1ICJuIiA8aT4gOyBjPWggI3gxFzAVBgNVBAoMDiBMZWFkICYgdHJhaWwg"
            + "MSEwDQYDVQQLDAYjZmlyc3QwEAYKCZImiZPyLGQBAQwCdTcxFzAVBgoJkiaJk/IsZAEZFgdleGFtcGxlMREwDwYDVQQJDAhNYWluXFdheTEVMBMGCSqGSIb3"
            + "DQEJARYGYUBiLmRlMQswCQYDVQQFEwI3NzEYMBYGA1UEAwwPYWxpY2Ugw7xuw69jb2Rl";

        Assert.That(
            DistinguishedName.Format(new(Convert.FromBase64String(Name))),
            Is.EqualTo(@"CN=alice ünïcode,2.5.4.5=#13023737,1.2.840.113549.1.9.1=#16066140622e6465,STREET=Main\\Way,DC=example,OU=\#first+UID=u7,"
                + @"O=\ Lead & trail\ ,L=M\,u \""n\"" \<i\> \; c\=h \#x,ST=Bavaria,C=DE"));
    }

    static string Format((string Type, string Value)[] attributes) => DistinguishedName.Format(Encode(writer =>
    {
        foreach (var (type, value) in attributes)
            WriteAttribute(writer, type, () => writer.WriteCharacterString(UniversalTagNumber.UTF8String, value));
    }));

    static string Format(Action<AsnWriter> writeValue) => DistinguishedName.Format(Encode(writer => WriteAttribute(writer, CommonName, () => writeValue(writer))));

    static void WriteAttribute(AsnWriter writer, string type, Action writeValue)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            writeValue();
        }
    }

    /// <summary>One relative name, its attributes in the order given.</summary>
    static X500DistinguishedName Encode(Action<AsnWriter> writeAttributes)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
            writeAttributes(writer);
        return new(writer.Encode());
    }
}
