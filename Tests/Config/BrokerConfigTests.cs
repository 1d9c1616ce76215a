using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class BrokerConfigTests
{
    [Test]
    public void Without_settings_the_values_are_Kafkas()
    {
        var config = BrokerConfig.Create();

        Assert.That(config.NodeId, Is.EqualTo(1));
        Assert.That(config.Listeners, Is.EqualTo(new[] { new Listener("PLAINTEXT", SecurityProtocol.Plaintext, "", 9092) }));
        Assert.That(config.AdvertisedListeners, Is.Empty);
        Assert.That(config.LogDirs, Is.EqualTo(new[] { "/tmp/kafka-logs" }));
        Assert.That(config.DefaultTopicConfig, Is.EqualTo(TopicConfig.Default));
        Assert.That(config.ClusterId, Is.Null);
    }
}
