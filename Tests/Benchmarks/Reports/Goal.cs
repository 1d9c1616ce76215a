using System.Globalization;

namespace NettyKafka.Benchmarks.Reports;

/// <summary>A figure that the broker is to reach; null where it was not measured.</summary>
sealed record Goal(string What, double? Measured, double AtMost, string Unit)
{
    public string Verdict => Measured switch
    {
        null => "not measured",
        var measured when measured <= AtMost => "met",
        var measured => string.Create(CultureInfo.InvariantCulture, $"missed by {((measured / AtMost) - 1) * 100:0} %"),
    };
}
