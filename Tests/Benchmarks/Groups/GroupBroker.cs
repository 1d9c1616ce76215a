using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>A broker on a directory of its own with what every benchmark of groups needs.</summary>
sealed class GroupBroker : IDisposable
{
    readonly ServerProcess server;

    public GroupBroker(string program, string dataDirectory, params IEnumerable<string> settings)
    {
        server = ServerPrograms.StartProbedBroker(program, dataDirectory, settings);
        Control = Connect();
        Topic = new(Control, "small", partitionCount: 1);
        SmallRequest = Frame.Encode(new MetadataRequest { Topics = [new() { Name = Topic.Name }], AllowAutoTopicCreation = false });
        TestTopic.Check(GroupRequests.ErrorOf(Control.Send(GroupRequests.Commit("first", Topic, offset: 0))), "the first commit");
    }

    public Target Target => new(server, IsLimit: false);

    public ControlConnection Control { get; }

    /// <summary>The topic that offsets are committed for.</summary>
    public TestTopic Topic { get; }

    /// <summary>Metadata of one topic: what requests of groups are compared with.</summary>
    public byte[] SmallRequest { get; }

    public ControlConnection Connect() => new(server.Port);

    /// <summary>What the broker holds. Resident memory is that before garbage is collected.</summary>
    public (long Resident, long? Managed) Memory() => (server.ResidentBytes, server.ManagedBytes());

    public void Dispose()
    {
        Control.Dispose();
        server.Dispose();
    }
}
