using System.Globalization;

namespace NettyKafka.Benchmarks.Reports;

/// <summary>Figures as text, with three digits that count; what was not measured is a dash.</summary>
static class Figure
{
    public const string None = "-";

    public static string Format(double? figure) => figure switch
    {
        null or double.NaN or double.PositiveInfinity => None,
        >= 100 => figure.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => figure.Value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => figure.Value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => figure.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    public static string Percent(double share) => share.ToString("±0 %", CultureInfo.InvariantCulture);
}
