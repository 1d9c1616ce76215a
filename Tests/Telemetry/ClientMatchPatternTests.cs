using System.Net;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Telemetry;

namespace NettyKafka.Tests.Telemetry;

public sealed class ClientMatchPatternTests
{
    static readonly ClientInstanceMetadata client = new(Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA"), "app-1", "apache-kafka-java", "3.5.2", new(IPAddress.Parse("10.0.0.7"), 4321));

    [TestCase("client_id=app-1", true)]
    [TestCase(" client_id = app-.* ", true)]
    [TestCase("client_id=app", false, Description = "the whole value has to match")]
    [TestCase("client_id=a|app-1", true, Description = "an alternative does not end the whole")]
    [TestCase("client_instance_id=5xo1MxS-SN-j88SoSLvRkA", true)]
    [TestCase("client_software_name=apache-kafka-java", true)]
    [TestCase("client_software_version=3\\.5\\..*", true)]
    [TestCase("client_source_address=10\\.0\\.0\\.\\d+", true)]
    [TestCase("client_source_port=4321", true)]
    [TestCase("client_source_port=1", false)]
    [TestCase("client_id=(?!x).*", false, Description = "a pattern that needs backtracking")]
    [TestCase("user=.*", false, Description = "no such selector")]
    [TestCase("client_id=(", false, Description = "no pattern")]
    [TestCase("client_id", false)]
    public void A_selector_is_matched_as_a_whole(string pattern, bool isMatch) => Assert.That(ClientMatchPattern.Parse(pattern).IsMatch(client), Is.EqualTo(isMatch));
}
