using System.Text.Json;
using Unbounded.Agent.Commands.Status;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Schemas;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Status;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Status;

public sealed class StatusTextTests
{
    private static readonly LockHolder Daemon = new(812, "daemon", Records.Now);

    private readonly RecordedTerminal _terminal = new();

    [Fact]
    public void Write_ARollback_ShowsEverythingThatAPersonNeeds()
    {
        Write(Records.RolledBack, Daemon);

        Assert.Equal(
            """
            node   Failed: Kubernetes 1.31.0 was rolled back: the gate did not pass
            update rolled_back, to 1.31.0, attempt 1
            daemon process 812, since 2026-01-02T03:04:05Z

            SLOT    STATE    KUBERNETES  IMAGE                    DIGEST
            kube1*  running  1.30.1      oci-layout:///images:v1  sha256:111111111111
            kube2   empty    -           -                        -

            rolled back: kube1 -> kube2, 2026-01-02T03:04:05Z in 17.0 s, down for 5.7 s
            STEP         TOOK
            write-files  17 ms

            last error: the gate did not pass [UBA-1023]
              why:  the kubelet crashed
              next: see its log

            """.ReplaceLineEndings("\n"),
            Trimmed());
    }

    [Fact]
    public void Write_AFreshHost_IsShort()
    {
        Write(null, daemon: null, Records.Slots(SlotState.Empty));

        Assert.Equal(
            """
            node   Pending: nothing was installed yet
            update idle
            daemon does not run

            SLOT    STATE  KUBERNETES  IMAGE                    DIGEST
            kube1*  empty  1.30.1      oci-layout:///images:v1  sha256:111111111111
            kube2   empty  -           -                        -

            """.ReplaceLineEndings("\n"),
            Trimmed());
    }

    [Fact]
    public void Write_WhileTheDaemonWorks_ShowsWhatItDoes()
    {
        Write(Records.Swapping(StepKind.Prepare), Daemon, note: new LiveProgress { Working = true, Step = "prepare", Part = "fetch" });

        Assert.Contains("now    prepare: fetch\n", Trimmed(), StringComparison.Ordinal);
        Assert.Contains("going on: kube1 -> kube2", Trimmed(), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AsJson_HasWhatTheIssueNamesAndFollowsItsSchema()
    {
        var status = StatusDocument.From(Records.Snapshot(Records.RolledBack));

        using var json = JsonDocument.Parse(StatusReport.Write(status, Records.RolledBack, Daemon, new LiveProgress { Working = true, Step = "verify" }));

        var root = json.RootElement;
        foreach (var name in (string[])["phase", "activeSlot", "targetImage", "attempts", "lastError", "slots", "lastTransition"])
            Assert.True(root.TryGetProperty(name, out _), name);
        Assert.Equal("rolled_back", root.GetProperty("update").GetProperty("phase").GetString());
        Assert.Equal(812, root.GetProperty("daemon").GetProperty("pid").GetInt32());
        Assert.Equal("verify", root.GetProperty("now").GetProperty("step").GetString());
        Assert.Empty(JsonSchema.Load("status.schema.json").Validate(System.Text.Json.Nodes.JsonNode.Parse(json.RootElement.GetRawText())!));
    }

    [Fact]
    public void Write_AsJson_OfAFreshHost_HasTheSameMembers()
    {
        var status = StatusDocument.From(Records.Snapshot(null, Records.Slots(SlotState.Empty)));

        var node = System.Text.Json.Nodes.JsonNode.Parse(StatusReport.Write(status, record: null, daemon: null, note: null))!;

        Assert.Equal("idle", (string?)node["update"]!["phase"]);
        Assert.True(node.AsObject().ContainsKey("daemon"));
        Assert.True(node.AsObject().ContainsKey("now"));
        Assert.Empty(JsonSchema.Load("status.schema.json").Validate(node));
    }

    [Fact]
    public void Write_AnUpdateThatWaits_SaysForWhat()
    {
        var plan = new Core.Transaction.Planning.Plan(Core.Transaction.Planning.PlanKind.Waiting, "strategy Manual waits for `unbounded-agent swap`");
        StatusText.Write(StatusDocument.From(Records.Snapshot(Records.Installed) with { Plan = plan }), Records.Installed, Daemon, note: null, _terminal.Terminal);

        Assert.Contains("\nwaits  strategy Manual waits for `unbounded-agent swap`\n", Trimmed(), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FieldsWithoutEffect_AreWarnedOf()
    {
        var origin = new StatusOrigin("edge-1", 7, "machine.yaml: $.spec.verson: unknown field, ignored; did you mean version?");
        StatusText.Write(StatusDocument.From(Records.Snapshot(Records.Installed), origin), Records.Installed, Daemon, note: null, _terminal.Terminal);

        Assert.EndsWith("\nwarning: machine.yaml: $.spec.verson: unknown field, ignored; did you mean version?\n", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ANodeThatIsAsDesired_WaitsForNothing()
    {
        Write(Records.Installed, Daemon);

        Assert.DoesNotContain("waits", _terminal.Out, StringComparison.Ordinal);
    }

    private void Write(AgentRecord? record, LockHolder? daemon, SlotsObservation? slots = null, LiveProgress? note = null) =>
        StatusText.Write(StatusDocument.From(Records.Snapshot(record, slots)), record, daemon, note, _terminal.Terminal);

    private string Trimmed() => string.Join('\n', _terminal.Out.Split('\n').Select(l => l.TrimEnd()));
}
