using System.Text.Json;

namespace NettyKafka.Tests.Clients;

/// <summary>The tests as a program of their own: a transformer on Confluent.Kafka, so that one can be killed.</summary>
static class Program
{
    public static void Main(string[] arguments) => new ConfluentTransformer(JsonSerializer.Deserialize<MemberOptions>(arguments[0], JsonSerializerOptions.Web)!).Run();
}
