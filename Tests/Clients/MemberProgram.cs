using System.Diagnostics;
using System.Text.Json;

namespace NettyKafka.Tests.Clients;

/// <summary>A program that is a member of a group; by default a script that takes its options as JSON, tells events as JSON and leaves when it reads "leave".</summary>
class MemberProgram(string program, params string[] arguments)
{
    public virtual ProcessStartInfo Command(MemberOptions options) => Start([JsonSerializer.Serialize(options, JsonSerializerOptions.Web)]);

    public virtual MemberEvent? ReadOutput(string line) => MemberEvent.Parse(line);

    public virtual MemberEvent? ReadError(string line) => null;

    public virtual void AskToLeave(Process process) => process.StandardInput.WriteLine("leave");

    protected ProcessStartInfo Start(IEnumerable<string> options) => new(program, [.. arguments, .. options])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
