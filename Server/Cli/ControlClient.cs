using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using NettyKafka.Http.Commands;

namespace NettyKafka.Cli;

/// <summary>Sends a command to a broker's control and prints the answer. What was not done is one line on standard error and exit code 1.</summary>
sealed class ControlClient(TextWriter output, TextWriter error)
{
    const int Failed = 1;

    public async Task<int> RunAsync(ControlOptions options, CancellationToken stop)
    {
        if (options.Command is null)
            return List();
        if (!Uri.TryCreate($"http://{options.Address}/control/{Uri.EscapeDataString(options.Command)}", UriKind.Absolute, out var uri))
            return Fail($"--address {options.Address}: HOST:PORT is expected");
        if (BodyOf(options) is not { } body)
            return Failed;
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
            using var content = new StringContent(body, new MediaTypeHeaderValue("application/json", "utf-8"));
            using var response = await client.PostAsync(uri, content, stop).ConfigureAwait(false);
            var answer = await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                return Fail(ErrorIn(answer) ?? $"{uri} answers {(int)response.StatusCode}");
            await output.WriteLineAsync(answer.AsMemory(), stop).ConfigureAwait(false);
            return 0;
        }
        catch (HttpRequestException e)
        {
            return Fail($"No broker answers at {options.Address}: {e.Message} (nettykafka serve --control {options.Address} lets one)");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Failed;
        }
    }

    int List()
    {
        foreach (var command in ControlCommands.All)
        {
            output.WriteLine(command.Name);
            output.WriteLine($"    {command.Summary}");
            output.WriteLine($"    nettykafka control {command.Name} '{command.Example}'");
        }
        return 0;
    }

    /// <summary>One JSON object as it is, else name=value each; null where it is neither, which has been said.</summary>
    string? BodyOf(ControlOptions options)
    {
        if (options.Arguments is [['{', ..] json])
            return json;
        var body = new JsonObject();
        foreach (var argument in options.Arguments)
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                Fail($"{argument}: name=value or one JSON object is expected");
                return null;
            }
            var name = argument[..equals];
            body[name] = ValueOf(argument[(equals + 1)..], IsText(options.Command!, name));
        }
        return body.ToJsonString();
    }

    static bool IsText(string command, string property) =>
        ControlCommands.Find(command)?.Request.Properties.FirstOrDefault(candidate => candidate.Name == property)?.PropertyType == typeof(string);

    /// <summary>What is no JSON is text, and what is to be text is: an id of digits too.</summary>
    static JsonNode? ValueOf(string value, bool isText)
    {
        if (isText)
            return JsonValue.Create(value);
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }

    static string? ErrorIn(string answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, ControlJson.Web.ControlError)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    int Fail(string message)
    {
        error.WriteLine($"nettykafka: {message.ReplaceLineEndings(" ")}");
        return Failed;
    }
}
