using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

public sealed class DynamicConfigPublisherTests : IDisposable
{
    readonly TestBroker broker = new();

    [TearDown]
    public void Dispose() => broker.Dispose();

    BrokerConfig Current => broker.Broker.Config.Current;

    [Test]
    public void A_config_of_one_broker_goes_before_one_of_all_and_that_before_what_it_was_started_with()
    {
        Set("", "message.max.bytes", "2000");
        Assert.That(Current.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(2000));
        Set("1", "message.max.bytes", "3000");
        Assert.That(Current.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(3000));
        Set("1", "message.max.bytes", null);
        Assert.That(Current.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(2000));
        Set("", "message.max.bytes", null);
        Assert.That(Current.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(1_048_588));
    }

    [Test]
    public void A_config_of_another_broker_means_nothing_here()
    {
        Set("2", "message.max.bytes", "2000");

        Assert.That(Current.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(1_048_588));
    }

    [Test]
    public void What_cannot_be_dynamic_or_is_not_valid_is_left_out_and_the_rest_counts()
    {
        Set("", "log.dirs", "elsewhere");
        Set("", "num.io.threads", "many");
        Set("", "message.max.bytes", "2000");

        Assert.That(Current.LogDirs, Is.EqualTo(new[] { "data" }));
        Assert.That(Current.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(2000));
    }

    [Test]
    public void Configs_that_do_not_go_together_leave_the_ones_before()
    {
        Set("", "message.max.bytes", "2000");
        Set("", "log.cleaner.min.compaction.lag.ms", "20");
        Set("", "log.cleaner.max.compaction.lag.ms", "10");

        Assert.That(Current.DefaultTopicConfig, Has.Property(nameof(TopicConfig.MinCompactionLagMs)).EqualTo(20).And.Property(nameof(TopicConfig.MaxMessageBytes)).EqualTo(2000));
    }

    [Test]
    public void Topics_without_a_config_of_their_own_have_the_new_default_at_once()
    {
        broker.CreateTopic("plain");
        broker.CreateTopic("own", 1, ("retention.ms", "5"));

        Set("", "log.retention.ms", "7");

        Assert.That(ConfigOf("plain").RetentionMs, Is.EqualTo(7));
        Assert.That(ConfigOf("own").RetentionMs, Is.EqualTo(5));
    }

    [Test]
    public void They_are_in_effect_after_a_restart_too()
    {
        broker.CreateTopic("plain");
        Set("1", "log.retention.ms", "7");

        using var next = broker.Restart();

        Assert.That(next.Broker.Config.Current.DefaultTopicConfig.RetentionMs, Is.EqualTo(7));
        Assert.That(next.Partitions.Find(new("plain", 0))!.Config.RetentionMs, Is.EqualTo(7));
    }

    TopicConfig ConfigOf(string topic) => broker.Partitions.Find(new TopicPartition(topic, 0))!.Config;

    void Set(string brokerId, string name, string? value)
    {
        var record = new ConfigRecord { ResourceType = (sbyte)ConfigResourceType.Broker, ResourceName = brokerId, Name = name, Value = value };
        var (error, _) = TestBroker.Completed(broker.Broker.Cluster.ChangeAsync<bool>(_ => ([MetadataRecord.Of(record)], true)));
        Assert.That(error, Is.EqualTo(ErrorCode.None));
    }
}
