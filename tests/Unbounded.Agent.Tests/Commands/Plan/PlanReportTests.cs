using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Commands.Plan;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Tests.Commands.Plan;

public sealed class PlanReportTests
{
    private static readonly Target Target = new(
        new string('a', 64),
        new AgentConfig
        {
            MachineName = "node-1",
            Cluster = new() { Version = "1.31.0" },
            Kubelet = new() { Auth = new() { BootstrapToken = "abcdef.0123456789abcdef" } },
            OCIImage = "oci-layout:///images:v2",
        },
        new UpdatePolicy());

    private static readonly Core.Transaction.Planning.Plan Swap = new(PlanKind.Swap, "Kubernetes version 1.30.1 -> 1.31.0")
    {
        Transition = new(TransitionKind.Swap, new SlotName("kube1"), new SlotName("kube2"), Target, Target.Policy),
        Steps =
        [
            new(StepKind.Prepare, "fill kube2 and boot it, held back") { Slot = new SlotName("kube2") },
            new(StepKind.Deactivate, "stop the node software of kube1") { Slot = new SlotName("kube1"), Prediction = "about 5.7 s" },
        ],
        Notes = ["kube1 is kept after the commit, for a rollback"],
        PredictedDowntime = TimeSpan.FromMilliseconds(5690),
    };

    [Fact]
    public void Write_ASwap_ShowsStepsDowntimeAndNotes()
    {
        Assert.Equal(
            """
            swap: Kubernetes version 1.30.1 -> 1.31.0
              kube1 -> kube2, Kubernetes 1.31.0, oci-layout:///images:v2
              predicted downtime: 5.7 s
              1. prepare          fill kube2 and boot it, held back
              2. deactivate       stop the node software of kube1 (about 5.7 s)
            note: kube1 is kept after the commit, for a rollback
            warning: machine.yaml: $.spec.ssh is ignored

            """.ReplaceLineEndings("\n"),
            Text(PlanReport.From(Swap, ["machine.yaml: $.spec.ssh is ignored"])));
    }

    [Fact]
    public void Write_ARefusal_SaysWhyAndWhatToDo()
    {
        var plan = new Core.Transaction.Planning.Plan(PlanKind.Refused, "there is no previous side")
        {
            Refusal = new ErrorRecord("UBA-1013", "nothing to go back to", "no side was kept", "set the version"),
            LookAgainAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };

        Assert.Equal(
            """
            refused: there is no previous side
              looked at again: 2026-01-02T03:04:05Z
              nothing to go back to [UBA-1013]
              why:  no side was kept
              next: set the version

            """.ReplaceLineEndings("\n"),
            Text(PlanReport.From(plan, [])));
    }

    [Fact]
    public void Write_AFirstInstall_HasNothingToComeFrom()
    {
        var plan = Swap with { Kind = PlanKind.Install, Transition = Swap.Transition! with { From = null } };

        Assert.Contains("\n  (nothing) -> kube2, Kubernetes 1.31.0", Text(PlanReport.From(plan, [])), StringComparison.Ordinal);
    }

    [Fact]
    public void From_ASwap_IsCompleteAsJson()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(PlanReport.From(Swap, []), FrontDoorJson.Default.PlanReport));

        var root = json.RootElement;
        Assert.Equal("swap", root.GetProperty("kind").GetString());
        Assert.Equal("kube1", root.GetProperty("transition").GetProperty("from").GetString());
        Assert.Equal("1.31.0", root.GetProperty("transition").GetProperty("kubernetesVersion").GetString());
        Assert.Equal("prepare", root.GetProperty("steps")[0].GetProperty("step").GetString());
        Assert.Equal(5690, root.GetProperty("predictedDowntimeMilliseconds").GetInt64());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("refusal").ValueKind);
    }

    [Fact]
    public void Law16_From_ATargetWithAToken_NeverShowsIt()
    {
        var report = PlanReport.From(Swap, []);

        Assert.DoesNotContain("0123456789abcdef", Text(report) + JsonSerializer.Serialize(report, FrontDoorJson.Default.PlanReport), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PlanKind.ApplyLive, "apply-live")]
    [InlineData(PlanKind.Nothing, "nothing")]
    public void Name_OfAKind_IsLowercaseWithDashes(PlanKind kind, string expected) => Assert.Equal(expected, PlanReport.Name(kind));

    private static string Text(PlanReport report)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        PlanText.Write(report, writer);
        return writer.ToString();
    }
}
