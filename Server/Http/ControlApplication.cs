using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using NettyKafka.Http.Commands;
using NettyKafka.Testing;

namespace NettyKafka.Http;

/// <summary>
/// Answers requests: commands under /control, and what describes them. Whatever comes, the broker goes on: what cannot be done is an error with its reason.
/// </summary>
sealed class ControlApplication(EmbeddedKafka kafka, AllowedHosts hosts, ILogger logger) : IHttpApplication<HttpContext>
{
    public const long MaxBodyBytes = 1 << 20;

    const string CommandPath = "/control/";
    const string JsonType = "application/json; charset=utf-8";

    static readonly byte[] openApi = OpenApiDocument.Write(ControlCommands.All);
    static readonly byte[] page = IndexPage.Write(ControlCommands.All);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await ServeAsync(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            logger.LogDebug("The client of {Path} did not wait for the answer", context.Request.Path);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await FailAsync(context, StatusOf(e), MessageOf(e), e).ConfigureAwait(false);
        }
    }

    Task ServeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!hosts.IsAllowed(request.Host))
            return FailAsync(context, StatusCodes.Status403Forbidden, $"Requests for the host {request.Host.Value} are refused; valid: localhost, 127.0.0.1, or the address that is listened on");
        if (request.Headers.Origin is [{ } origin, ..] && !AllowedHosts.IsOwn(origin, request.Host))
            return FailAsync(context, StatusCodes.Status403Forbidden, $"Requests of pages of {origin} are refused");
        var path = request.Path.Value ?? "";
        if (path.StartsWith(CommandPath, StringComparison.Ordinal))
            return RunAsync(context, path[CommandPath.Length..]);
        return path switch
        {
            "/" => DescribeAsync(context, "text/html; charset=utf-8", page),
            "/openapi.json" => DescribeAsync(context, JsonType, openApi),
            _ => FailAsync(context, StatusCodes.Status404NotFound, $"There is nothing at {path}; valid: /, /openapi.json, {string.Join(", ", ControlCommands.All.Select(command => CommandPath + command.Name))}"),
        };
    }

    async Task RunAsync(HttpContext context, string name)
    {
        if (ControlCommands.Find(name) is not { } command)
        {
            await FailAsync(context, StatusCodes.Status404NotFound, ControlCommands.Unknown(name)).ConfigureAwait(false);
            return;
        }
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await RefuseMethodAsync(context, HttpMethods.Post).ConfigureAwait(false);
            return;
        }

        using var body = await ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var answer = await command.RunAsync(kafka, body.RootElement, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = JsonType;
        await JsonSerializer.SerializeAsync(context.Response.Body, answer, command.Response, context.RequestAborted).ConfigureAwait(false);
    }

    static async Task<JsonDocument> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation).ConfigureAwait(false);
        return RequestBody.Parse(body.ToArray());
    }

    Task DescribeAsync(HttpContext context, string type, byte[] content)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return RefuseMethodAsync(context, HttpMethods.Get);
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content).AsTask();
    }

    Task RefuseMethodAsync(HttpContext context, string valid)
    {
        context.Response.Headers.Allow = valid;
        return FailAsync(context, StatusCodes.Status405MethodNotAllowed, $"{context.Request.Method} is refused here; valid: {valid}");
    }

    async Task FailAsync(HttpContext context, int status, string message, Exception? exception = null)
    {
        if (status == StatusCodes.Status500InternalServerError)
            logger.LogError(exception, "{Path} failed", context.Request.Path);
        context.Response.StatusCode = status;
        context.Response.ContentType = JsonType;
        await JsonSerializer.SerializeAsync(context.Response.Body, new(message), ControlJson.Web.ControlError, context.RequestAborted).ConfigureAwait(false);
    }

    static int StatusOf(Exception exception) => exception switch
    {
        ArgumentException => StatusCodes.Status400BadRequest,
        TimeoutException => StatusCodes.Status408RequestTimeout,
        // It has crashed, say, or has no disk that fails.
        InvalidOperationException => StatusCodes.Status409Conflict,
        BadHttpRequestException refused => refused.StatusCode,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The name of a method's parameter means nothing to who sent JSON.</summary>
    static string MessageOf(Exception exception) => exception is ArgumentException { ParamName: { } parameter }
        ? exception.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal)
        : exception.Message;
}
