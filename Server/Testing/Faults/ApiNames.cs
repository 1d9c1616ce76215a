using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>APIs by Kafka's names.</summary>
static class ApiNames
{
    static readonly Dictionary<string, Api> byName = ApiKeys.All.ToDictionary(api => api.Name, StringComparer.Ordinal);

    /// <exception cref="ArgumentException">There is none of the name.</exception>
    public static Api Find(string name) =>
        byName.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no API {name}; there are {string.Join(", ", byName.Keys)}.", nameof(name));

    public static string List(IEnumerable<short> keys) => string.Join(", ", keys.Order().Select(key => ApiKeys.Find(key)!.Name));
}
