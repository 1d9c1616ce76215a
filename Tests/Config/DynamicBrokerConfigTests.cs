using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class DynamicBrokerConfigTests
{
    readonly DynamicBrokerConfig config = new(BrokerConfig.Create(new Dictionary<string, string> { ["message.max.bytes"] = "1000" }), NullLogger.Instance);

    [Test]
    public async Task Every_part_is_told_of_a_change_when_all_see_it()
    {
        List<(int Told, int Seen)> calls = [];
        config.Add(new Part { Reconfigure = (_, next) => calls.Add((SizeOf(next), SizeOf(config.Current))) });
        config.Add(new Part { Reconfigure = (_, next) => calls.Add((SizeOf(next), SizeOf(config.Current))) });

        await config.ReconfigureAsync(With("2000"));

        Assert.That(calls, Is.EqualTo(new[] { (2000, 2000), (2000, 2000) }));
    }

    [Test]
    public async Task A_part_that_fails_keeps_no_other_from_its_change()
    {
        var told = 0;
        config.Add(new Part { Reconfigure = (_, _) => throw new ConfigException("the file has gone") });
        config.Add(new Part { Reconfigure = (previous, next) => told = SizeOf(next) - SizeOf(previous) });

        await config.ReconfigureAsync(With("2000"));

        Assert.That(told, Is.EqualTo(1000));
        Assert.That(SizeOf(config.Current), Is.EqualTo(2000));
    }

    [Test]
    public void What_a_part_refuses_is_not_valid_and_changes_nothing()
    {
        config.Add(new Part { Validate = (_, next) => throw new ConfigException($"{SizeOf(next)} is too much") });

        Assert.That(() => config.ValidateAsync(With("2000")).AsTask(), Throws.TypeOf<ConfigException>().With.Message.EqualTo("2000 is too much"));
        Assert.That(SizeOf(config.Current), Is.EqualTo(1000));
    }

    [Test]
    public async Task A_part_that_is_removed_is_told_no_more()
    {
        var part = new Part { Reconfigure = (_, _) => Assert.Fail("it is removed") };
        config.Add(part);
        config.Remove(part);

        await config.ReconfigureAsync(With("2000"));

        Assert.That(SizeOf(config.Current), Is.EqualTo(2000));
    }

    static int SizeOf(BrokerConfig config) => config.DefaultTopicConfig.MaxMessageBytes;

    BrokerConfig With(string size) => config.Current.WithDynamic(new Dictionary<string, string> { ["message.max.bytes"] = size }, new Dictionary<string, string>());

    sealed class Part : Reconfigurable
    {
        public Action<BrokerConfig, BrokerConfig>? Validate { get; init; }

        public Action<BrokerConfig, BrokerConfig>? Reconfigure { get; init; }

        public override ValueTask ValidateAsync(BrokerConfig current, BrokerConfig next)
        {
            Validate?.Invoke(current, next);
            return default;
        }

        public override ValueTask ReconfigureAsync(BrokerConfig current, BrokerConfig next)
        {
            Reconfigure?.Invoke(current, next);
            return default;
        }
    }
}
