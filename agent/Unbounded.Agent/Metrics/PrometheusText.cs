using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Unbounded.Agent.Metrics;

/// <summary>
/// Listens to the agent's instruments and writes what they say in Prometheus' text format 0.0.4, with names as OpenTelemetry's rules for Prometheus make them
/// (unit and <c>_total</c> at the end).
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>Content type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const int MostSeries = 500;
    private static readonly double[] Bounds = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

    private readonly string _prefix;
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>Listens from now on.</summary>
    /// <param name="prefix">Of every name: <c>unbounded</c>, or <c>kubesolo</c> for old dashboards.</param>
    /// <param name="instruments">What is listened to.</param>
    public PrometheusText(string prefix, AgentInstruments instruments)
    {
        _prefix = prefix;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter != instruments.Meter)
                return;
            lock (_gate)
                _families[NameOf(instrument)] = new(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Everything as it is now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            foreach (var family in _families.Values.Where(f => f.Instrument.IsObservable))
                family.Series.Clear();
        }

        var failed = Observe();
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var (name, family) in _families)
            {
                text.Append("# HELP ").Append(name).Append(' ').Append(family.Instrument.Description).Append('\n');
                text.Append("# TYPE ").Append(name).Append(' ').Append(family.Kind).Append('\n');
                foreach (var (labels, series) in family.Series.OrderBy(s => s.Key, StringComparer.Ordinal))
                    Append(text, name, labels, series, family.Kind);
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"# HELP {_prefix}_metrics_failed Figures that could not be had this time.\n# TYPE {_prefix}_metrics_failed gauge\n{_prefix}_metrics_failed {failed}\n").ToString();
    }

    // Whoever looks wants the other figures all the same: one that can't be had is missing, and counted.
    private int Observe()
    {
        try
        {
            _listener.RecordObservableInstruments();
            return 0;
        }
        catch (AggregateException e)
        {
            return e.InnerExceptions.Count;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (_gate)
        {
            if (!_families.TryGetValue(NameOf(instrument), out var family))
                return;
            if (!family.Series.TryGetValue(labels, out var series))
            {
                // A reason or a check may come from outside: memory does not grow with it.
                if (family.Series.Count >= MostSeries)
                    return;
                family.Series[labels] = series = new();
            }

            series.Sum = instrument.IsObservable ? value : series.Sum + value;
            series.Count++;
            if (family.Kind == "histogram")
                series.Buckets[Array.FindIndex(Bounds, b => value <= b) is >= 0 and var at ? at : Bounds.Length]++;
        }
    }

    private static void Append(StringBuilder text, string name, string labels, Series series, string kind)
    {
        if (kind != "histogram")
        {
            text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(Number(series.Sum)).Append('\n');
            return;
        }

        long below = 0;
        for (var i = 0; i <= Bounds.Length; i++)
        {
            below += series.Buckets[i];
            var bound = i < Bounds.Length ? Number(Bounds[i]) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{(labels.Length == 0 ? "" : ",")}le=\"{bound}\"}} {below}\n");
        }

        var braced = labels.Length == 0 ? "" : $"{{{labels}}}";
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braced} {Number(series.Sum)}\n{name}_count{braced} {series.Count}\n");
    }

    private string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return $"{_prefix}_{instrument.Name.Replace('.', '_')}{unit}{(Family.IsCounter(instrument) ? "_total" : "")}";
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            labels.Append(labels.Length == 0 ? "" : ",").Append(name).Append("=\"");
            foreach (var c in value?.ToString() ?? "")
                _ = c switch
                {
                    '\\' => labels.Append(@"\\"),
                    '"' => labels.Append("\\\""),
                    '\n' => labels.Append(@"\n"),
                    _ => labels.Append(c),
                };
            labels.Append('"');
        }

        return labels.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>One name with all its series.</summary>
    private sealed class Family(Instrument instrument)
    {
        public Instrument Instrument { get; } = instrument;

        public Dictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);

        public string Kind => IsCounter(Instrument) ? "counter" : Instrument is Histogram<double> ? "histogram" : "gauge";

        public static bool IsCounter(Instrument instrument) => instrument is Counter<long> or ObservableCounter<int>;
    }

    private sealed class Series
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[Bounds.Length + 1];
    }
}
