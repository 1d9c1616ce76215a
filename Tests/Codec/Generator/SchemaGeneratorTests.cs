using Microsoft.CodeAnalysis;

namespace NettyKafka.Tests.Codec.Generator;

public sealed class SchemaGeneratorTests
{
    /// <summary>Every mark of the notation, and names that would collide.</summary>
    const string Everything = """
        api 7 Everything
        versions 0-9
        flexible 3+
        unstable 9
        kafka4 1-8
        listeners broker controller

        request
          Flag            bool                =true
          Tiny            int8       v2+      =-1
          Port            uint16     v1-4     =9092
          Crc             uint32     v5       =0xffffffff ignorable
          Big             int64               =-9223372036854775808
          Ratio           float64    v1+
          Id              uuid       v1+      @topicId
          Name            string?2-4
          Old             string              never-compact
          Blob            bytes?              =null
          Batches         records    v2+
          More            records?
          Numbers         []int16?3+ v2+
          ErrorCode       int16      v3+      =-1
          Inner           Inner      v2+      key
            Inner         string     v2-6     ="x"
            Deep          Deep?      v3+
              Value       int32      v4+ tag0 =5
          Maybe           Deep?      v4+ tag3 =null
          Tagged          []Shared   v5+ tag1
          Plain           Shared     v3+ tag0 ignorable
          struct Shared
            KafkaReader   string
            Uuid          []uuid

        response
          Records         records?
        """;

    [Test]
    public void Whatever_the_notation_says_compiles()
    {
        var run = new GeneratorRun().With("07-Everything.kafka", Everything);

        Assert.That(run.Diagnostics, Is.Empty);
        Assert.That(run.Compile(), Is.Empty);
    }

    [TestCase("public short? ", false)]
    [TestCase("public global::System.Nullable", false)]
    [TestCase("Port = version is >= 1 and <= 4 ? reader.ReadUInt16() : (ushort)9092;", true)]
    [TestCase("Crc = version == 5 ? reader.ReadUInt32() : 0xffffffff;", true)]
    [TestCase("Old = reader.ReadString(false);", true)]
    [TestCase("if (Name is null && version is < 2 or > 4)", false)]
    [TestCase("if (Name is null && (version is < 2 or > 4))", true)]
    [TestCase("else if (Tiny != -1)", true)]
    [TestCase("else if (Crc != ", false)]
    [TestCase("public InnerStruct Inner { get; set; }", true)]
    [TestCase("case 3 when version >= 4:", true)]
    public void A_mark_becomes_code(string code, bool isThere) =>
        Assert.That(new GeneratorRun().With("07-Everything.kafka", Everything).Source("07-Everything.g.cs").Contains(code, StringComparison.Ordinal), Is.EqualTo(isThere));

    [Test]
    public void The_table_of_apis_has_them_in_the_order_of_their_keys()
    {
        var run = new GeneratorRun()
            .With("07-Everything.kafka", Everything)
            .With("03-Early.kafka", "api 3 Early\nversions 0-1\nflexible none\nrequest\nresponse\n");
        var source = run.Source("ApiKeys.g.cs");

        Assert.That(source, Does.Contain("new(Everything, \"Everything\", new(0, 9), new(0, 8), 3),"));
        Assert.That(source.IndexOf("Early = 3", StringComparison.Ordinal), Is.LessThan(source.IndexOf("Everything = 7", StringComparison.Ordinal)));
        Assert.That(run.Compile(), Is.Empty);
    }

    [Test]
    public void An_edit_generates_its_own_file_alone()
    {
        var run = new GeneratorRun()
            .With("A.kafka", "data A\nversions 0\nflexible none\n  X int8\n")
            .With("07-Everything.kafka", Everything)
            .With("07-Everything.kafka", Everything.Replace("Ratio ", "Share ", StringComparison.Ordinal));

        var reasons = run.Result.TrackedOutputSteps.SelectMany(steps => steps.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);

        Assert.That(reasons.Count(reason => reason == IncrementalStepRunReason.Modified), Is.EqualTo(1));
        Assert.That(reasons.Count(reason => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged), Is.EqualTo(2));
    }
}
