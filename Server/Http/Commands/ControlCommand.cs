using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NettyKafka.Testing;

namespace NettyKafka.Http.Commands;

/// <summary>A command as its route, the OpenAPI document, the page and the command line know it.</summary>
abstract class ControlCommand(string name, string summary, string example, JsonTypeInfo request, JsonTypeInfo response)
{
    public string Name => name;

    public string Summary => summary;

    /// <summary>A request as one would send it.</summary>
    public string Example => example;

    public JsonTypeInfo Request => request;

    public JsonTypeInfo Response => response;

    /// <summary>A command with nothing to answer.</summary>
    public static ControlCommand Of<TRequest>(string name, string summary, string example, JsonTypeInfo<TRequest> request, Func<EmbeddedKafka, TRequest, Task> run)
        where TRequest : class => Of(name, summary, example, request, (kafka, sent, _) => run(kafka, sent));

    /// <inheritdoc cref="Of{TRequest}(string, string, string, JsonTypeInfo{TRequest}, Func{EmbeddedKafka, TRequest, Task})"/>
    public static ControlCommand Of<TRequest>(string name, string summary, string example, JsonTypeInfo<TRequest> request, Func<EmbeddedKafka, TRequest, CancellationToken, Task> run)
        where TRequest : class => new ControlCommand<TRequest, NoArguments>(name, summary, example, request, ControlJson.Web.NoArguments, async (kafka, sent, cancellation) =>
        {
            await run(kafka, sent, cancellation).ConfigureAwait(false);
            return new();
        });

    /// <summary>Runs the command and answers what is to be written as <see cref="Response"/>.</summary>
    /// <exception cref="ArgumentException">The request is not what the command takes; the message says what is.</exception>
    public abstract Task<object> RunAsync(EmbeddedKafka kafka, JsonElement body, CancellationToken cancellation);
}

sealed class ControlCommand<TRequest, TResponse>(
    string name, string summary, string example, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<EmbeddedKafka, TRequest, CancellationToken, Task<TResponse>> run)
    : ControlCommand(name, summary, example, request, response)
    where TRequest : class
    where TResponse : class
{
    public override async Task<object> RunAsync(EmbeddedKafka kafka, JsonElement body, CancellationToken cancellation) =>
        await run(kafka, RequestBody.Read(body, request), cancellation).ConfigureAwait(false);
}
