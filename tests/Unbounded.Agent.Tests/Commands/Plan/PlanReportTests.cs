using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Commands.Plan;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Tests.Support;

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

    private static readonly LockHolder Somebody = new(812, "daemon", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Print_AsText_IsThePlanAndWhatIsOddAboutTheConfiguration()
    {
        var terminal = new RecordedTerminal();

        PlanCommand.Print(Swap, ["machine.yaml: $.spec.ssh is ignored"], busy: null, terminal.Context());

        Assert.Equal(Swap.Describe() + "warning: machine.yaml: $.spec.ssh is ignored\n", terminal.Out);
    }

    [Fact]
    public void Print_WhileSomebodyIsAtWork_SaysSo()
    {
        var terminal = new RecordedTerminal();

        PlanCommand.Print(Swap, [], Somebody, terminal.Context());

        Assert.StartsWith("process 812 (unbounded-agent daemon) is at work since 2026-01-02T03:04:05Z", terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_AsJson_IsOneDocument()
    {
        var terminal = new RecordedTerminal();

        PlanCommand.Print(Swap, [], Somebody, terminal.Context(OutputFormat.Json));

        using var json = JsonDocument.Parse(terminal.Out);
        Assert.Equal(812, json.RootElement.GetProperty("busy").GetProperty("pid").GetInt32());
    }

    [Fact]
    public void From_ARefusal_KeepsWhyAndWhatToDo()
    {
        var plan = new Core.Transaction.Planning.Plan(PlanKind.Refused, "there is no previous side")
        {
            Refusal = new ErrorRecord("UBA-1013", "nothing to go back to", "no side was kept", "set the version"),
        };

        Assert.Equal(new ErrorDocument("UBA-1013", "nothing to go back to", "no side was kept", "set the version"), PlanReport.From(plan, [], busy: null).Refusal);
    }

    [Fact]
    public void From_ASwap_IsCompleteAsJson()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(PlanReport.From(Swap, [], busy: null), FrontDoorJson.Default.PlanReport));

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
        var terminal = new RecordedTerminal();
        PlanCommand.Print(Swap, [], busy: null, terminal.Context());
        PlanCommand.Print(Swap, [], busy: null, terminal.Context(OutputFormat.Json));

        Assert.DoesNotContain("0123456789abcdef", terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PlanKind.ApplyLive, "apply-live")]
    [InlineData(PlanKind.Nothing, "nothing")]
    public void Name_OfAKind_IsLowercaseWithDashes(PlanKind kind, string expected) => Assert.Equal(expected, PlanReport.Name(kind));
}
