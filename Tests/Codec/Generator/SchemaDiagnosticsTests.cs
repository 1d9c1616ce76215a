namespace NettyKafka.Tests.Codec.Generator;

public sealed class SchemaDiagnosticsTests
{
    [TestCase("Text", "field 'Text' has no type")]
    [TestCase("Te-xt string", "'Te-xt' is no name of a field")]
    [TestCase("Text strin", "unknown type 'strin'")]
    [TestCase("Text Strings", "unknown type 'Strings'")]
    [TestCase("Text []", "'[]' is no type")]
    [TestCase("Text string v", "'v' is no mark")]
    [TestCase("Text string v3-2", "'v3-2' is no mark")]
    [TestCase("Text string v1+ v2+", "'v2+' is no mark")]
    [TestCase("Text string v4+", "versions 4+ of 'Text' are none of the 0-3")]
    [TestCase("Text string ignorabel", "'ignorabel' is no mark")]
    [TestCase("Text string ignorable ignorable", "'ignorable' is no mark")]
    [TestCase("Text string?x", "'?x' does not name versions")]
    [TestCase("Count int32?", "type int32 cannot be null")]
    [TestCase("Counts []bool", "type bool is no element of an array")]
    [TestCase("Count int32 never-compact", "'never-compact' is no mark")]
    [TestCase("Count int8 =128", "'128' is no default of a field of type int8")]
    [TestCase("Count uint16 =-1", "'-1' is no default")]
    [TestCase("Count int32 =0x80000000", "'0x80000000' is no default")]
    [TestCase("Is bool =1", "'1' is no default")]
    [TestCase("Text string =null", "'null' is no default of a field of type string")]
    [TestCase("Text string =a", "'a' is no default")]
    [TestCase("Texts []string =\"\"", "'\"\"' is no default")]
    [TestCase("Text string tag0", "'Text' is tagged in version 0, which is not flexible")]
    [TestCase("Text string v2+ tag", "'tag' is no mark")]
    [TestCase("Data records? v2+ tag0", "records cannot be tagged")]
    public void A_field_that_makes_no_sense_is_named(string field, string message) => AssertError($"  {field}", message);

    [TestCase("  A string\n  a int32", 7, "EchoRequest has two fields 'A'")]
    [TestCase("  A string v2+ tag1\n  B string v2+ tag1", 7, "tag 1 is taken")]
    [TestCase("  A string\n    B string", 7, "'B' stands deeper")]
    [TestCase("  A S\n    B string\n  C S\n    D string", 8, "struct S is defined twice")]
    [TestCase("  A S\n    B T\n      C S", 8, "struct S holds itself")]
    [TestCase("  A string\n   B string", 7, "steps of two")]
    [TestCase("  struct S\n    A string", 7, "struct S is used by no field")]
    [TestCase("  A S\n  struct S", 7, "struct S has no fields")]
    [TestCase("  A S\n  struct", 7, "a struct is 'struct' and its name")]
    [TestCase("  A []S v1-2\n    B string v3+", 7, "versions 3+ of 'B' are none of the 1-2")]
    public void Fields_that_do_not_fit_together_are_named(string fields, int line, string message) => AssertError(fields, message, line);

    [TestCase("", 1, "a schema begins with what it is of")]
    [TestCase("  api 1 Echo", 1, "a schema begins with what it is of")]
    [TestCase("apis 1 Echo", 1, "'apis' is no kind of schema")]
    [TestCase("api Echo", 1, "'api' is followed by a number")]
    [TestCase("api 1", 1, "a key and a name are expected")]
    [TestCase("data Echo 1", 1, "a name is expected")]
    [TestCase("data Echo\nflexible none", 1, "Echo has no line 'versions'")]
    [TestCase("data Echo\nversions 0", 1, "Echo has no line 'flexible'")]
    [TestCase("metadata Echo\nversions 0\nflexible none", 1, "Echo has no line 'key'")]
    [TestCase("data Echo\nversions 2-1", 2, "'versions' is followed by versions such as 0-3")]
    [TestCase("data Echo\nversions 0-1\nflexible", 3, "'flexible' is followed by versions")]
    [TestCase("data Echo\nversions 0-1\nflexible none\nkey 1", 4, "'key' says nothing about a schema")]
    [TestCase("data Echo\nversions 0-1\nversions 0-1", 3, "'versions' stands here twice")]
    [TestCase("data Echo\nversions 0-1\nflexible none\n  A int8\nkey 1", 5, "'key 1' stands below the fields")]
    [TestCase("data Echo\nversions 0-1\nflexible none\nunstable 2", 1, "version 2 cannot be unstable")]
    [TestCase("api 1 Echo\nversions 0\nflexible 0+\nlisteners brokers", 4, "'listeners' is followed by 'broker'")]
    [TestCase("api 1 Echo\nversions 0\nflexible 0+\n  A int8", 4, "'A' stands above 'request'")]
    [TestCase("api 1 Echo\nversions 0\nflexible 0+\nrequest\n  A int8", 1, "Echo has no 'response'")]
    [TestCase("api 1 Echo\nversions 0\nflexible 0+\nrequest\n  A int8\nrequest", 6, "'request' stands here twice")]
    public void A_head_that_makes_no_sense_is_named(string text, int line, string message) =>
        AssertError(new GeneratorRun().With("01-Echo.kafka", text), message, line);

    [Test]
    public void Every_bad_line_is_reported_and_the_good_file_beside_is_generated()
    {
        var run = new GeneratorRun()
            .With("Bad.kafka", "data Bad\nversions 0\nflexible none\n  A int9\n  B int8 =999\n")
            .With("Good.kafka", "data Good\nversions 0\nflexible none\n  A int8\n");

        Assert.That(run.Diagnostics.Select(error => error.Location.GetLineSpan().StartLinePosition.Line + 1), Is.EqualTo(new[] { 4, 5 }));
        Assert.That(run.Diagnostics.Select(error => error.Id), Is.All.EqualTo("KAFKA001"));
        Assert.That(run.Source("Good.g.cs"), Does.Contain("public sealed class Good"));
    }

    static void AssertError(string fields, string message, int line = 6)
    {
        var run = new GeneratorRun().With("01-Echo.kafka", $"api 1 Echo\nversions 0-3\nflexible 2+\n\nrequest\n{fields}\n\nresponse\n  Text  string\n");

        AssertError(run, message, line);
    }

    static void AssertError(GeneratorRun run, string message, int line)
    {
        Assert.That(run.Diagnostics.Select(error => error.GetMessage(null)), Has.Exactly(1).Contains(message));
        var span = run.Diagnostics[0].Location.GetLineSpan();
        Assert.That((span.Path, span.StartLinePosition.Line + 1), Is.EqualTo(("/Schemas/01-Echo.kafka", line)));
    }
}
