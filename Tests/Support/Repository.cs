using System.Runtime.CompilerServices;

namespace NettyKafka.Tests.Support;

/// <summary>The sources that these tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public static IEnumerable<string> SourcesIn(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    public static string ReadAllText(string path) => File.ReadAllText(Path.Combine(Root, path));

    static string ThisFile([CallerFilePath] string path = "") => path;
}
