namespace NettyKafka.Server.Security.Quotas;

/// <summary>
/// A rate per second as Kafka measures it: what the samples of a window hold, over the time since the oldest of them began, but never over less than all
/// samples but one. A sample that began before the window counts as long as its last event lies in it.
/// </summary>
sealed class SampledRate(QuotaWindow window)
{
    // One more for the sample that reaches into the window from before it.
    readonly Sample[] samples = new Sample[window.Samples + 1];
    int count;
    int current;

    public void Record(double value, long nowMs)
    {
        if (count == 0)
            Begin(nowMs);
        else if (nowMs - samples[current].StartMs >= window.SampleMs)
            Advance(nowMs);
        ref var sample = ref samples[current];
        sample.Value += value;
        sample.LastEventMs = nowMs;
    }

    public double Measure(long nowMs)
    {
        var windowMs = MeasuredMs(nowMs);
        var sum = 0d;
        for (var i = 0; i < count; i++)
            sum += samples[i].Value;
        return sum * 1000 / windowMs;
    }

    /// <summary>The time that the rate is measured over.</summary>
    public long MeasuredMs(long nowMs)
    {
        if (count == 0)
            Begin(nowMs);
        Purge(nowMs);
        var oldest = samples[0].StartMs;
        for (var i = 1; i < count; i++)
            oldest = Math.Min(oldest, samples[i].StartMs);
        var elapsed = nowMs - oldest;
        var missing = window.Samples - 1 - (elapsed / window.SampleMs);
        return Math.Max(1, missing > 0 ? elapsed + (missing * window.SampleMs) : elapsed);
    }

    /// <summary>Whether it says the same as a new one.</summary>
    public bool IsEmpty(long nowMs)
    {
        for (var i = 0; i < count; i++)
        {
            if (nowMs - samples[i].LastEventMs < window.LengthMs)
                return false;
        }

        return true;
    }

    void Begin(long nowMs) => (count, current, samples[0]) = (1, 0, new(nowMs));

    void Advance(long nowMs)
    {
        current = (current + 1) % samples.Length;
        count = Math.Max(count, current + 1);
        samples[current] = new(nowMs);
    }

    void Purge(long nowMs)
    {
        for (var i = 0; i < count; i++)
        {
            if (nowMs - samples[i].LastEventMs >= window.LengthMs)
                samples[i] = new(nowMs);
        }
    }

    struct Sample(long nowMs)
    {
        public long StartMs { get; } = nowMs;

        public long LastEventMs { get; set; } = nowMs;

        public double Value { get; set; }
    }
}
