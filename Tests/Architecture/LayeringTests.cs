using System.Text.RegularExpressions;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Architecture;

/// <summary>Knowledge flows one way: a folder of the server uses only folders of lower layers.</summary>
public sealed partial class LayeringTests
{
    static readonly Dictionary<string, int> layers = new()
    {
        ["Config"] = 0,
        ["Storage"] = 1,
        ["Cluster"] = 2,
        ["Partitions"] = 3,
        ["Coordinators"] = 4,
        ["Groups"] = 5,
        ["Transactions"] = 5,
        ["Security"] = 5,
        ["Telemetry"] = 5,
        ["Handlers"] = 6,
        ["Network"] = 7,
    };

    /// <summary>Folders of projects of their own: their namespaces begin with NettyKafka alone.</summary>
    static readonly string[] packages = ["Server.Cli", "Server.Http", "Server.Testing"];

    [Test]
    public void A_folder_uses_only_lower_layers()
    {
        var upwards = from path in Repository.SourcesIn("Server")
                      let folder = Path.GetRelativePath(Path.Combine(Repository.Root, "Server"), path).Split('/')[0]
                      where layers.ContainsKey(folder)
                      from Match used in ServerNamespace().Matches(File.ReadAllText(path))
                      let other = used.Groups[1].Value
                      where other != folder && (!layers.TryGetValue(other, out var layer) || layer >= layers[folder])
                      select $"{Path.GetFileName(path)} in {folder} uses {other}";

        Assert.That(upwards, Is.Empty);
    }

    [Test]
    public void The_codec_knows_nothing_of_the_server() =>
        Assert.That(Repository.SourcesIn("Codec").Where(path => File.ReadAllText(path).Contains("NettyKafka.Server", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void A_file_has_at_most_500_lines() =>
        Assert.That(Repository.SourcesIn("Codec").Concat(Repository.SourcesIn("Server")).Concat(Repository.SourcesIn("Tests")).Where(path => File.ReadLines(path).Count() > 500), Is.Empty);

    [Test]
    public void A_namespace_is_its_folder()
    {
        var misplaced = from path in Repository.SourcesIn("Server")
                        let folder = Path.GetDirectoryName(Path.GetRelativePath(Repository.Root, path))!.Replace('/', '.')
                        let expected = packages.FirstOrDefault(package => folder.StartsWith(package, StringComparison.Ordinal)) is { } package ? $"NettyKafka{folder["Server".Length..]}" : $"NettyKafka.{folder}"
                        where !File.ReadAllText(path).Contains($"namespace {expected};", StringComparison.Ordinal)
                        select path;

        Assert.That(misplaced, Is.Empty);
    }

    [GeneratedRegex(@"NettyKafka\.Server\.([A-Z]\w+)")]
    private static partial Regex ServerNamespace();
}
