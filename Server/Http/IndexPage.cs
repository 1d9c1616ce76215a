using System.Net;
using System.Text;
using NettyKafka.Http.Commands;

namespace NettyKafka.Http;

/// <summary>The commands as a page to read; it needs nothing from anywhere else.</summary>
static class IndexPage
{
    public static byte[] Write(IReadOnlyList<ControlCommand> commands) => Encoding.UTF8.GetBytes(
        $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>NettyKafka control</title>
        <style>
        body { font-family: system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color-scheme: light dark; }
        pre { padding: .6em; overflow-x: auto; background: color-mix(in srgb, currentColor 8%, transparent); }
        h2 { margin-top: 1.6em; font-size: 1.1em; }
        </style>
        </head>
        <body>
        <h1>NettyKafka control</h1>
        <p>Commands to this broker: each is a POST with a JSON object, answered with JSON. <a href="/openapi.json">openapi.json</a> describes them for programs.</p>
        {{string.Join('\n', commands.Select(SectionOf))}}
        </body>
        </html>
        """);

    static string SectionOf(ControlCommand command) =>
        $"""
        <h2 id="{command.Name}">{command.Name}</h2>
        <p>{WebUtility.HtmlEncode(command.Summary)}.</p>
        <pre>POST /control/{command.Name}
        {WebUtility.HtmlEncode(command.Example)}</pre>
        """;
}
