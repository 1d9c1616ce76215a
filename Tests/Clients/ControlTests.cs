using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NettyKafka.Tests.Clients;

/// <summary>A test in another language controls the broker's process over HTTP, and so does the command line.</summary>
public sealed class ControlTests
{
    [Test]
    public async Task A_program_with_kafkajs_controls_what_it_tests()
    {
        await Node.RequireKafkaJsAsync();
        await using var broker = await StartAsync();

        var seen = JsonNode.Parse((await Programs.RunAsync("node", [Node.Script("control.js"), broker.BootstrapServers, AddressOf(broker)])).Single())!;

        Assert.That(seen["tries"]!.AsArray().Select(error => error!.GetValue<string>()), Is.EqualTo(new[] { "NOT_LEADER_OR_FOLLOWER", "NOT_LEADER_OR_FOLLOWER", "" }));
        Assert.That(seen["values"]!.AsArray().Select(value => value!.GetValue<string>()), Is.SupersetOf(new[] { "first", "second" }));
        Assert.That(seen["refused"]!.GetValue<string>(), Does.StartWith("MoveLeader: 400 There is no partition orders-7"));
        await broker.StopAsync();
    }

    [Test]
    public async Task The_command_line_controls_it_too()
    {
        await using var broker = await StartAsync();
        var address = AddressOf(broker);

        await ControlAsync(address, "Produce", """{"records": [{"topic": "orders", "value": "hello"}]}""");
        var read = await ControlAsync(address, "ReadAll", "topic=orders");

        Assert.That(read["records"]![0]!["value"]!.GetValue<string>(), Is.EqualTo("hello"));
        Assert.That(await BrokerProcess.RunAsync("control", "--address", address, "StopNode", "node=77"), Is.EqualTo((1, "", $"nettykafka: There is no node 77; there are 1, 2{Environment.NewLine}")));
        Assert.That((await BrokerProcess.RunAsync("control")).Output, Does.Contain("WaitForGroup"));
        await broker.StopAsync();
    }

    static async Task<BrokerProcess> StartAsync()
    {
        var broker = await BrokerProcess.StartAsync(BrokerProcess.Executable, ["group.initial.rebalance.delay.ms=0"], "--nodes", "2", "--control", "127.0.0.1:0");
        await Eventually.TrueAsync(() => AddressOf(broker).Length > 0, () => $"the control's address is not told. The log:\n{broker.Log}");
        return broker;
    }

    static string AddressOf(BrokerProcess broker) => Regex.Match(broker.Log, @"Controlled by whoever reaches http://(127\.0\.0\.1:\d+)/").Groups[1].Value;

    static async Task<JsonNode> ControlAsync(string address, params string[] arguments)
    {
        var (exitCode, output, error) = await BrokerProcess.RunAsync(["control", "--address", address, .. arguments]);
        Assert.That((exitCode, error), Is.EqualTo((0, "")));
        return JsonNode.Parse(output)!;
    }
}
