using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using NettyKafka.Codec.Generator;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Tests.Codec.Generator;

/// <summary>The generator at work on schemas given as text.</summary>
sealed class GeneratorRun
{
    static readonly CSharpCompilation Empty = CSharpCompilation.Create(
        "NettyKafka.Tests",   // it sees what the codec keeps to itself
        references: [.. References().Select(path => MetadataReference.CreateFromFile(path))],
        options: new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    readonly Dictionary<string, AdditionalText> files = [];
    GeneratorDriver driver = CSharpGeneratorDriver.Create(
        [new SchemaGenerator().AsSourceGenerator()], driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public GeneratorRunResult Result => driver.GetRunResult().Results.Single();

    public IReadOnlyList<Diagnostic> Diagnostics => Result.Diagnostics;

    /// <summary>Runs over the files given so far; one of the same name is replaced.</summary>
    public GeneratorRun With(string name, string text)
    {
        var file = new SchemaFile("/Schemas/" + name, text);
        driver = files.TryGetValue(name, out var old) ? driver.ReplaceAdditionalText(old, file) : driver.AddAdditionalTexts([file]);
        files[name] = file;
        driver = driver.RunGenerators(Empty);
        return this;
    }

    public string Source(string name) => Result.GeneratedSources.Single(source => source.HintName == name).SourceText.ToString();

    /// <summary>What the compiler says about the code.</summary>
    public IEnumerable<Diagnostic> Compile() =>
        Empty.AddSyntaxTrees(Result.GeneratedSources.Select(source => source.SyntaxTree)).GetDiagnostics().Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden);

    static IEnumerable<string> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
        .Append(typeof(ApiKeys).Assembly.Location);

    sealed class SchemaFile(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
