using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace NettyKafka.Codec.Generator;

/// <summary>Turns every schema among the additional files into message classes, and all of them into the table of APIs.</summary>
[Generator]
public sealed class SchemaGenerator : IIncrementalGenerator
{
    static readonly DiagnosticDescriptor BadLine = new(
        "KAFKA001", "A schema's line is malformed", "{0}", "Schema", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider.Where(file => file.Path.EndsWith(".kafka", StringComparison.Ordinal));
        context.RegisterSourceOutput(files, EmitMessages);
        var apis = files.SelectMany((file, cancellation) => ApiKeysEmitter.EntryOf(Parse(file, cancellation)));
        context.RegisterSourceOutput(apis.Collect(), (output, entries) => output.AddSource("ApiKeys.g.cs", Source(ApiKeysEmitter.Emit(entries))));
    }

    static void EmitMessages(SourceProductionContext context, AdditionalText file)
    {
        var (schema, errors) = Parse(file, context.CancellationToken);
        foreach (var error in errors)
            context.ReportDiagnostic(Diagnostic.Create(BadLine, error.Line.Location, error.Message));
        if (errors.Count == 0)
            context.AddSource(Path.GetFileNameWithoutExtension(file.Path) + ".g.cs", Source(new MessageEmitter(schema).Emit()));
    }

    static (Schema Schema, IReadOnlyList<SchemaException> Errors) Parse(AdditionalText file, CancellationToken cancellation) =>
        SchemaParser.Parse(file.Path, file.GetText(cancellation) ?? SourceText.From(""));

    static SourceText Source(string code) => SourceText.From(code, Encoding.UTF8);
}
