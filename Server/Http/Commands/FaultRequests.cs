using System.Text.Json;
using NettyKafka.Testing.Faults;

namespace NettyKafka.Http.Commands;

/// <summary>Names a fault rule by its id.</summary>
sealed record FaultRequest(int Id);

/// <summary>Waits until a fault rule has happened so often.</summary>
sealed record WaitForFaultRequest(int Id, int Hits = 1, int TimeoutMs = WaitRequests.DefaultTimeoutMs);

/// <summary>Versions of an API.</summary>
sealed record CapVersionsRequest(string Api, int Min, int Max);

/// <summary>A release of Kafka.</summary>
sealed record ReleaseRequest(string Release);

/// <summary>A fault rule as it was taken, and how often it has happened.</summary>
sealed record FaultDescription(int Id, int Hits, JsonElement Rule)
{
    public static FaultDescription Of(InstalledFault fault)
    {
        using var rule = JsonDocument.Parse(FaultRules.ToJson(fault.Rule));
        return new(fault.Id, fault.Hits, rule.RootElement.Clone());
    }
}

sealed record FaultDescriptions(IReadOnlyList<FaultDescription> Faults);
