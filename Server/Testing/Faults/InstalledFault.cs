namespace NettyKafka.Testing.Faults;

/// <summary>A rule at work: it counts how often it has happened, until it is removed.</summary>
public sealed class InstalledFault
{
    readonly Lock gate = new();
    readonly ChangeSignal changed = new();
    readonly FaultRules rules;
    readonly Random? random;
    readonly HashSet<short>? apis;
    int matched;
    int fired;
    int hits;
    Exception? failure;

    internal InstalledFault(int id, FaultRule rule, FaultRules rules, Interceptor? interceptor)
    {
        (Id, Rule, Interceptor, this.rules) = (id, rule, interceptor, rules);
        if (rule.Probability is not null)
        {
            Rule = rule with { Seed = rule.Seed ?? Random.Shared.Next() };
            random = new(Rule.Seed!.Value);
        }
        apis = rule.Apis?.Select(name => ApiNames.Find(name).Key).ToHashSet();
    }

    public int Id { get; }

    /// <summary>The rule; with the seed that was drawn for it, if it has a probability and came without.</summary>
    public FaultRule Rule { get; }

    /// <summary>How often it has happened. A delay counts as soon as it runs, what comes after the work once that is done.</summary>
    public int Hits => Volatile.Read(ref hits);

    internal Interceptor? Interceptor { get; }

    /// <summary>Waits until it has happened so many times in all.</summary>
    /// <exception cref="TimeoutException">It has not in time: 30 seconds unless said otherwise.</exception>
    /// <exception cref="InvalidOperationException">An interceptor has thrown, which closes the connection.</exception>
    public Task WaitAsync(int hits = 1, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        changed.WaitUntilAsync(() => HasHit(hits), () => $"Fault {Id} has happened {Hits} times, not {hits}.", timeout, cancellation);

    /// <summary>Ends it; false if it was removed before.</summary>
    public bool Remove() => rules.Remove(Id);

    internal bool IsFor(short apiKey) => apis?.Contains(apiKey) ?? FaultRuleCheck.CanApply(Rule, apiKey);

    /// <summary>Asked for each that matches: whether it happens to this one.</summary>
    internal bool TryFire()
    {
        lock (gate)
        {
            if (fired >= Rule.Count || matched++ < Rule.Skip || (random is not null && random.NextDouble() >= Rule.Probability))
                return false;
            fired++;
            return true;
        }
    }

    /// <summary>What was to happen did not: it may happen to another.</summary>
    internal void Withdraw()
    {
        lock (gate)
            fired--;
    }

    internal void Hit()
    {
        Interlocked.Increment(ref hits);
        changed.Set();
    }

    internal void Fail(Exception exception)
    {
        failure = exception;
        changed.Set();
    }

    bool HasHit(int wanted) => failure is null ? Hits >= wanted : throw new InvalidOperationException($"The interceptor has thrown: {failure.Message}", failure);
}
