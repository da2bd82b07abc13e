using System.Text.RegularExpressions;
using Unbounded.Agent.Commands.Update;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Metrics;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Metrics;

public sealed partial class PrometheusTextTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("unbounded-metrics-").FullName;
    private AgentRecord? _record;

    public PrometheusTextTests()
    {
        Put("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nIMAGE_VERSION=2.0.1\n");
        Put("/proc/stat", "cpu 1 2\nbtime 1700000000\n");
        Put("/proc/meminfo", "MemTotal:       1000 kB\nMemFree: 5 kB\nMemAvailable:    250 kB\n");
        Put("/proc/sys/kernel/osrelease", "6.1.0-test\n");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Write_WithoutARecord_HasIdleDefaults()
    {
        var lines = Lines(_ => { });

        Assert.Contains("unbounded_update_phase{phase=\"idle\"} 1", lines);
        Assert.Contains("unbounded_update_attempts_total 0", lines);
        Assert.Contains("unbounded_update_last_attempt_timestamp_seconds 0", lines);
        Assert.Contains("unbounded_os_info{id=\"debian\",version_id=\"12\",image_id=\"\",image_version=\"2.0.1\",kernel=\"6.1.0-test\"} 1", lines);
        Assert.Contains("unbounded_boot_timestamp_seconds 1700000000", lines);
        Assert.Contains("unbounded_memory_total_bytes 1024000", lines);
        Assert.Contains("unbounded_memory_available_bytes 256000", lines);
    }

    [Fact]
    public void Write_InEveryPhase_HasOneSeriesForEachAndOneThatIsSet()
    {
        foreach (var phase in PhaseRules.All)
        {
            _record = Record with { State = new() { Phase = phase, AttemptCount = 3, StartedAt = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), HealthCheckFailures = 2 } };

            var lines = Lines(_ => { });

            Assert.Equal(PhaseRules.All.Count, lines.Count(l => l.StartsWith("unbounded_update_phase{", StringComparison.Ordinal)));
            Assert.Equal($"unbounded_update_phase{{phase=\"{phase.Text()}\"}} 1", Assert.Single(lines, l => l.StartsWith("unbounded_update_phase{", StringComparison.Ordinal) && l.EndsWith(" 1", StringComparison.Ordinal)));
            Assert.Contains("unbounded_update_attempts_total 3", lines);
            Assert.Contains("unbounded_update_last_attempt_timestamp_seconds 1800000000", lines);
            Assert.Contains("unbounded_update_health_check_failures 2", lines);
        }
    }

    [Fact]
    public void Write_AfterTransitionsThatEnded_CountsThemByResultAndReason()
    {
        var lines = Lines(instruments =>
        {
            instruments.Ended(Summary with { DowntimeMilliseconds = 5690, Evidence = [new("kubelet", CheckOutcome.Passed, "well", 1, 1), new("node", CheckOutcome.Never, "ill", 1, 1)] });
            instruments.Ended(Summary with { Result = TransitionResult.RolledBack, Error = new("UBA-1015", "m", "c", "n") });
            instruments.Ended(Summary with { Result = TransitionResult.RolledBack, Error = new("UBA-1015", "m", "c", "n") });
            instruments.Step(new() { Step = StepKind.Prepare, StartedAt = DateTimeOffset.UnixEpoch, Milliseconds = 700 });
            instruments.Moved("fetch", 1000);
            instruments.Moved("fetch", 24);
        });

        Assert.Contains("unbounded_transitions_total{kind=\"swap\",result=\"succeeded\",reason=\"\"} 1", lines);
        Assert.Contains("unbounded_transitions_total{kind=\"swap\",result=\"rolled_back\",reason=\"UBA-1015\"} 2", lines);
        Assert.Contains("unbounded_downtime_seconds_bucket{le=\"5\"} 0", lines);
        Assert.Contains("unbounded_downtime_seconds_bucket{le=\"10\"} 1", lines);
        Assert.Contains("unbounded_downtime_seconds_bucket{le=\"+Inf\"} 1", lines);
        Assert.Contains("unbounded_downtime_seconds_sum 5.69", lines);
        Assert.Contains("unbounded_step_duration_seconds_bucket{step=\"prepare\",le=\"1\"} 1", lines);
        Assert.Contains("unbounded_step_duration_seconds_count{step=\"prepare\"} 1", lines);
        Assert.Contains("unbounded_checks_total{check=\"kubelet\",outcome=\"passed\"} 1", lines);
        Assert.Contains("unbounded_checks_total{check=\"node\",outcome=\"never\"} 1", lines);
        Assert.Contains("unbounded_transfer_bytes_total{part=\"fetch\"} 1024", lines);
    }

    [Fact]
    public void Write_OfTheLastTransition_ComesFromTheRecord()
    {
        _record = Record with
        {
            LastTransition = Summary with
            {
                DowntimeMilliseconds = 1500,
                Steps = [new() { Step = StepKind.Verify, StartedAt = DateTimeOffset.UnixEpoch, Milliseconds = 250 }],
                Evidence = [new("a \"quoted\"\\ name\n", CheckOutcome.Never, "x", 1, 1)],
            },
        };

        var lines = Lines(_ => { });

        Assert.Contains("unbounded_last_transition_downtime_seconds 1.5", lines);
        Assert.Contains("unbounded_last_transition_step_duration_seconds{step=\"verify\"} 0.25", lines);
        Assert.Contains("unbounded_last_transition_check{check=\"a \\\"quoted\\\"\\\\ name\\n\"} 0", lines);
        Assert.Contains(lines, l => l.StartsWith("unbounded_last_transition_info{kind=\"swap\",result=\"succeeded\",", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_OfSeriesFromOutside_IsBounded() => Assert.Equal(
        500,
        Lines(instruments =>
        {
            for (var i = 0; i < 1000; i++)
                instruments.Moved($"part{i}", 1);
        }).Count(l => l.StartsWith("unbounded_transfer_bytes_total{", StringComparison.Ordinal)));

    [Fact]
    public void Write_WithAnotherPrefix_UsesItEverywhere() =>
        Assert.All(Lines(_ => { }, "kubesolo"), l => Assert.Matches("^(# (HELP|TYPE) )?kubesolo_", l));

    [Fact]
    public void Write_Twice_SaysTheSame()
    {
        _record = Record;
        using var instruments = new AgentInstruments(() => _record, new HostFigures(_root));
        using var text = new PrometheusText("unbounded", instruments);

        Assert.Equal(text.Write(), text.Write());
    }

    [Fact]
    public void Text_OfADamagedRecord_HasTheFiguresOfTheHostAllTheSame()
    {
        Put("/var/lib/unbounded/agent/record.json", "{ no record");

        var text = UpdateMetricsCommand.Text(new AgentPaths(AgentPaths.DefaultConfigFile, _root), "unbounded");

        Assert.Contains("unbounded_memory_total_bytes 1024000\n", text, StringComparison.Ordinal);
        Assert.Contains("unbounded_update_phase{phase=\"idle\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfARecord_FollowsItsFile()
    {
        var paths = new AgentPaths(AgentPaths.DefaultConfigFile, _root);
        var view = new RecordView(paths.Record);
        Assert.Null(view.Read());
        Put("/var/lib/unbounded/agent/record.json", System.Text.Encoding.UTF8.GetString(RecordSerializer.Serialize(Record with { Generation = 1 })));

        Assert.Equal(1, view.Read()!.Generation);
        Assert.Same(view.Read(), view.Read());
    }

    private static AgentRecord Record => new();

    private static TransitionSummary Summary => Records.Ended(TransitionResult.Succeeded) with { Evidence = [], Steps = [], Error = null, DowntimeMilliseconds = null };

    private void Put(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, content);
    }

    // Every line is one that the format has.
    private List<string> Lines(Action<AgentInstruments> happened, string prefix = "unbounded")
    {
        using var instruments = new AgentInstruments(() => _record, new HostFigures(_root));
        using var text = new PrometheusText(prefix, instruments);
        happened(instruments);
        var lines = text.Write().TrimEnd('\n').Split('\n').ToList();
        Assert.All(lines, l => Assert.Matches(Format(), l));
        return lines;
    }

    [GeneratedRegex("""^(# HELP [a-z_]+ .+|# TYPE [a-z_]+ (gauge|counter|histogram)|[a-z_]+(\{([a-z_]+="([^"\\]|\\["\\n])*",?)*\})? [0-9.E+-]+)$""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Format();
}
