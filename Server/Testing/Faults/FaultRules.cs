using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>What goes wrong with a broker: rules in the order they were added. To a request, or to each of its partitions, the first that matches happens.</summary>
public sealed class FaultRules
{
    readonly Lock gate = new();
    ImmutableArray<InstalledFault> installed = [];
    int lastId;

    internal FaultRules()
    {
    }

    internal ImmutableArray<InstalledFault> Installed => installed;

    internal ConnectionRefusals Refusals { get; } = new();

    internal VersionCaps Versions { get; } = new();

    /// <summary>Puts a rule behind those that are there.</summary>
    /// <exception cref="ArgumentException">It cannot be; the message says what is valid.</exception>
    public InstalledFault Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Add(rule, null);
    }

    /// <summary>
    /// Puts an interceptor behind the rules that are there: it serves the requests that match, or lets the broker do so. It answers the response, of the type that belongs to the request, or null for none. It
    /// runs where handlers do: on the connection's event loop.
    /// </summary>
    /// <exception cref="ArgumentException">The rule says more than which requests are meant.</exception>
    public InstalledFault Intercept(FaultRule requests, Func<InterceptedRequest, Task<object?>> interceptor)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(interceptor);
        return Add(requests, request => interceptor(request));
    }

    /// <summary>Puts an interceptor for all requests of one API behind the rules that are there. Its second argument lets the broker serve the request.</summary>
    public InstalledFault Intercept<TRequest, TResponse>(Func<TRequest, Func<Task<TResponse?>>, Task<TResponse?>> interceptor)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse> => Intercept(new(), interceptor);

    /// <summary>Puts an interceptor for requests of one API that match behind the rules that are there. Its second argument lets the broker serve the request.</summary>
    /// <exception cref="ArgumentException">The rule says more than which requests are meant.</exception>
    public InstalledFault Intercept<TRequest, TResponse>(FaultRule requests, Func<TRequest, Func<Task<TResponse?>>, Task<TResponse?>> interceptor)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(interceptor);
        var rule = requests with { Apis = [ApiKeys.Find(TRequest.ApiKey)!.Name] };
        return Add(rule, async request => await interceptor((TRequest)request.Request, async () => (TResponse?)await request.NextAsync()));
    }

    /// <summary>Those at work, in the order in which they are asked.</summary>
    public IReadOnlyList<InstalledFault> List() => installed;

    public InstalledFault? Find(int id) => installed.FirstOrDefault(fault => fault.Id == id);

    /// <summary>False if there is none of the id.</summary>
    public bool Remove(int id)
    {
        lock (gate)
        {
            var before = installed.Length;
            installed = installed.RemoveAll(fault => fault.Id == id);
            return installed.Length < before;
        }
    }

    public void Clear()
    {
        lock (gate)
            installed = [];
    }

    /// <summary>Adds the rules of a JSON file, all or none.</summary>
    /// <exception cref="ArgumentException">The file is no array of rules, or a rule cannot be; the message says what is valid.</exception>
    public IReadOnlyList<InstalledFault> Load(string path)
    {
        var rules = Parse(File.ReadAllText(path));
        foreach (var rule in rules)
            FaultRuleCheck.Check(rule, isInterceptor: false);
        return [.. rules.Select(Add)];
    }

    /// <summary>Serves only these versions of an API, from the next request on: clients that connect are told so, and a request of another version closes its connection.</summary>
    /// <exception cref="ArgumentException">There is no such API, or no version of it would be left.</exception>
    public void CapVersions(string api, short min, short max) => Versions.Cap(api, min, max);

    /// <summary>Serves the APIs, and the versions, that a broker of an older release does ("2.8"), and tells of no features.</summary>
    /// <exception cref="ArgumentException">There is nothing known of the release; the message lists those that there are.</exception>
    public void ActAs(string release) => Versions.ActAs(release);

    /// <summary>Serves all versions again.</summary>
    public void UncapVersions() => Versions.Clear();

    /// <summary>Closes connections as soon as they come, to a node or to all; those that are open stay.</summary>
    public void RefuseConnections(int? nodeId = null) => Refusals.Refuse(nodeId);

    /// <summary>Takes connections again, to a node or to all.</summary>
    public void AcceptConnections(int? nodeId = null) => Refusals.Accept(nodeId);

    /// <summary>Reads an array of rules, or a single one: JSON with the names of <see cref="FaultRule"/> in camel case, errors by Kafka's names, times as "00:00:01" or in milliseconds.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what is valid.</exception>
    public static IReadOnlyList<FaultRule> Parse(string json) => FaultRuleJson.Parse(json);

    /// <summary>A rule as the JSON that <see cref="Parse"/> reads; what is not given is left out.</summary>
    public static string ToJson(FaultRule rule) => FaultRuleJson.Write(rule);

    InstalledFault Add(FaultRule rule, Interceptor? interceptor)
    {
        FaultRuleCheck.Check(rule, interceptor is not null);
        lock (gate)
        {
            var fault = new InstalledFault(++lastId, rule, this, interceptor);
            installed = installed.Add(fault);
            return fault;
        }
    }
}
