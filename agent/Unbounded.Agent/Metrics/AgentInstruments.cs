using System.Diagnostics.Metrics;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Metrics;

/// <summary>
/// Every instrument of the agent, under one meter: whatever listens to it (OpenTelemetry, <see cref="PrometheusText"/>) sees the same. Units are UCUM's, as
/// OpenTelemetry writes them. What is kept in the record is read from it each time somebody looks; what happens in this process is counted as it happens.
/// </summary>
internal sealed class AgentInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Unbounded.Agent";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _transitions;
    private readonly Histogram<double> _downtime;
    private readonly Histogram<double> _steps;
    private readonly Counter<long> _checks;
    private readonly Counter<long> _bytes;

    /// <summary>Makes the instruments.</summary>
    /// <param name="record">The record as it is now; null when there is none or it can't be read.</param>
    /// <param name="host">What the host says of itself.</param>
    public AgentInstruments(Func<AgentRecord?> record, HostFigures host)
    {
        UpdateState State() => record()?.State ?? new();
        _meter.CreateObservableGauge("update.phase", () => Phases(State().Phase), description: "1 for the phase of the update, 0 for every other one.");
        _meter.CreateObservableCounter("update.attempts", () => State().AttemptCount, description: "Attempts at the last target, the current one included.");
        _meter.CreateObservableGauge(
            "update.last_attempt_timestamp", () => State().StartedAt?.ToUnixTimeSeconds() ?? 0, "s", "When the last attempt started, Unix time; 0 before the first.");
        _meter.CreateObservableGauge("update.health_check_failures", () => State().HealthCheckFailures, description: "Failed health checks in a row since activation.");
        _meter.CreateObservableGauge("os.info", () => new Measurement<int>(1, [.. host.System()]), description: "The running system; always 1.");
        _meter.CreateObservableGauge("boot.timestamp", () => host.BootedAt(), "s", "When the host booted, Unix time.");
        _meter.CreateObservableGauge("memory.total", () => host.Memory().Total, "By", "Memory of the host.");
        _meter.CreateObservableGauge("memory.available", () => host.Memory().Available, "By", "Memory that new programs could have.");
        _meter.CreateObservableGauge("last_transition.info", () => Last(record()), description: "The last transition that ended; always 1.");
        _meter.CreateObservableGauge("last_transition.timestamp", () => Of(record(), t => t.FinishedAt.ToUnixTimeSeconds()), "s", "When it ended, Unix time.");
        _meter.CreateObservableGauge(
            "last_transition.downtime", () => record()?.LastTransition?.DowntimeMilliseconds is { } down ? [new Measurement<double>(down / 1000.0)] : Array.Empty<Measurement<double>>(), "s", "For how long the node was down in it.");
        _meter.CreateObservableGauge(
            "last_transition.step_duration", () => record()?.LastTransition?.Steps.Select(s => new Measurement<double>(s.Milliseconds / 1000.0, Tag("step", Word(s.Step.ToString())))) ?? [], "s", "How long each of its steps took.");
        _meter.CreateObservableGauge(
            "last_transition.check", () => record()?.LastTransition?.Evidence.Select(c => new Measurement<int>(c.Outcome == CheckOutcome.Passed ? 1 : 0, Tag("check", c.Name))) ?? [], description: "1 for each of its checks that passed last, 0 for one that did not.");

        _transitions = _meter.CreateCounter<long>("transitions", description: "Transitions that ended, by result, and by reason where one was given up.");
        _downtime = _meter.CreateHistogram<double>("downtime", "s", "For how long the node was down in a transition.");
        _steps = _meter.CreateHistogram<double>("step.duration", "s", "How long steps took.");
        _checks = _meter.CreateCounter<long>("checks", description: "Checks of ended transitions, by what they came to.");
        _bytes = _meter.CreateCounter<long>("transfer", "By", "Bytes that were moved, by part: fetched, written, read back.");
    }

    /// <summary>The meter.</summary>
    public Meter Meter => _meter;

    /// <summary>A transition ended.</summary>
    public void Ended(TransitionSummary transition)
    {
        _transitions.Add(1, Tag("kind", Word(transition.Kind.ToString())), Tag("result", Word(transition.Result.ToString())), Tag("reason", transition.Error?.Code ?? ""));
        if (transition.DowntimeMilliseconds is { } down)
            _downtime.Record(down / 1000.0);
        foreach (var check in transition.Evidence)
            _checks.Add(1, Tag("check", check.Name), Tag("outcome", Word(check.Outcome.ToString())));
    }

    /// <summary>A step ended.</summary>
    public void Step(StepTiming timing) => _steps.Record(timing.Milliseconds / 1000.0, Tag("step", Word(timing.Step.ToString())));

    /// <summary>Bytes moved.</summary>
    public void Moved(string part, long bytes) => _bytes.Add(bytes, Tag("part", part));

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<int>> Phases(Phase now) => PhaseRules.All.Select(p => new Measurement<int>(p == now ? 1 : 0, Tag("phase", p.Text())));

    private static IEnumerable<Measurement<int>> Last(AgentRecord? record) => record?.LastTransition is { } last
        ? [new(1, Tag("kind", Word(last.Kind.ToString())), Tag("result", Word(last.Result.ToString())), Tag("version", last.Version), Tag("reason", last.Error?.Code ?? ""))]
        : [];

    private static IEnumerable<Measurement<long>> Of(AgentRecord? record, Func<TransitionSummary, long> value) =>
        record?.LastTransition is { } last ? [new(value(last))] : [];

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static string Word(string name) => Output.Human.Words(name, '_');
}
