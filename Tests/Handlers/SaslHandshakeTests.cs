using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class SaslHandshakeTests : IDisposable
{
    readonly TestBroker broker = new(
        ("listener.name.sasl.sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256"),
        ("listener.name.sasl.plain.sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"secret\";"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_chooses_a_mechanism([Range(0, 1)] short version)
    {
        var response = broker.ConnectSasl().Send(new SaslHandshakeRequest { Mechanism = "PLAIN" }, version);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.Mechanisms, Is.EqualTo(new[] { "PLAIN", "SCRAM-SHA-256" }));
    }

    [Test]
    public void A_mechanism_that_is_not_offered_is_refused_with_those_that_are_after_a_pause()
    {
        var connection = broker.ConnectSasl();
        var request = new SaslHandshakeRequest { Mechanism = "GSSAPI" };

        connection.Post(request, 1);
        Assert.That(connection.TryTakeFrame(), Is.Null);
        broker.Time.Advance(TimeSpan.FromMilliseconds(100));

        var response = connection.TryTake(request, 1);
        Assert.That((response!.ErrorCode, string.Join(' ', response.Mechanisms)), Is.EqualTo((ErrorCode.UnsupportedSaslMechanism, "PLAIN SCRAM-SHA-256")));
        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void Where_there_is_no_sasl_a_handshake_is_out_of_place()
    {
        var connection = broker.Connect();

        Assert.That(connection.Send(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1).ErrorCode, Is.EqualTo(ErrorCode.IllegalSaslState));
        Assert.That(connection.IsOpen, Is.True);
    }
}
