using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Status;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Status;

public sealed class StatusConditionsTests
{
    [Fact]
    public void Of_AHealthyNode_IsReadyAndNothingElse()
    {
        var conditions = Of(Records.Snapshot(Records.Installed));

        Assert.Equal(
            [("Ready", ConditionStatus.True), ("Progressing", ConditionStatus.False), ("Degraded", ConditionStatus.False), ("RolledBack", ConditionStatus.False), ("ConfigurationWarning", ConditionStatus.False)],
            conditions.Select(c => (c.Type, c.Status)));
        Assert.All(conditions, c => Assert.Matches("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$", c.Reason));
        Assert.All(conditions, c => Assert.NotEmpty(c.Message));
    }

    [Fact]
    public void Of_AHandover_IsNotReady()
    {
        var record = Records.Swapping(StepKind.Activate);
        var snapshot = Records.Snapshot(record with { Transition = record.Transition! with { HandoverBegun = true } });

        var conditions = Of(snapshot);

        Assert.Equal((ConditionStatus.False, "HandingOver"), Ready(conditions));
        Assert.Equal(ConditionStatus.True, Get(conditions, "Progressing").Status);
    }

    [Fact]
    public void Of_ARollback_IsDegradedWithTheCodeAsReason()
    {
        var conditions = Of(Records.Snapshot(Records.RolledBack), Records.Error);

        Assert.Equal((ConditionStatus.True, "UBA1023"), (Get(conditions, "Degraded").Status, Get(conditions, "Degraded").Reason));
        Assert.Equal(ConditionStatus.True, Get(conditions, "RolledBack").Status);
        Assert.Equal(ConditionStatus.True, Get(conditions, "Ready").Status);
    }

    [Theory]
    [InlineData(PlanKind.Waiting, "Waiting")]
    [InlineData(PlanKind.Held, "TargetFailed")]
    [InlineData(PlanKind.Refused, "Refused")]
    [InlineData(PlanKind.Nothing, "AsDesired")]
    public void Of_NothingUnderWay_SaysWhy(PlanKind kind, string reason)
    {
        var snapshot = Records.Snapshot(Records.Installed) with { Plan = new Plan(kind, "a summary") };

        var progressing = Get(Of(snapshot), "Progressing");

        Assert.Equal((reason, "a summary"), (progressing.Reason, progressing.Message));
    }

    [Fact]
    public void Of_FieldsWithoutEffect_IsACondition()
    {
        var origin = new StatusOrigin("edge-1", 7, "machine.yaml: $.spec.verson: unknown field", "config.json: $.Downloads: has no effect");

        var warning = Get(StatusConditions.Of(Records.Snapshot(Records.Installed), null, origin, []), "ConfigurationWarning");

        Assert.Equal((ConditionStatus.True, "FieldsWithoutEffect"), (warning.Status, warning.Reason));
        Assert.Equal("machine.yaml: $.spec.verson: unknown field; config.json: $.Downloads: has no effect", warning.Message);
    }

    [Fact]
    public void Law16_Of_EndlessWarnings_IsBounded()
    {
        var origin = new StatusOrigin("edge-1", 7, [.. Enumerable.Repeat(new string('x', 100), 64)]);

        Assert.Equal(1024, Get(StatusConditions.Of(Records.Snapshot(Records.Installed), null, origin, []), "ConfigurationWarning").Message.Length);
    }

    [Fact]
    public void Of_TheSameAgain_KeepsItsTime()
    {
        var first = Of(Records.Snapshot(Records.Installed));
        var later = Records.Snapshot(Records.Installed) with { At = Records.Now.AddHours(1) };

        Assert.All(StatusConditions.Of(later, null, null, first), c => Assert.Equal(Records.Now, c.LastTransitionTime));
    }

    [Fact]
    public void Of_AChange_HasTheTimeOfTheChange()
    {
        var first = Of(Records.Snapshot(Records.Installed));
        var later = Records.Snapshot(Records.Installed, Records.Slots(SlotState.Down)) with { At = Records.Now.AddHours(1) };

        var conditions = StatusConditions.Of(later, null, null, first);

        Assert.Equal(Records.Now.AddHours(1), Get(conditions, "Ready").LastTransitionTime);
        Assert.Equal(Records.Now, Get(conditions, "RolledBack").LastTransitionTime);
    }

    [Fact]
    public void Of_AGeneration_IsObservedByAll() =>
        Assert.All(StatusConditions.Of(Records.Snapshot(Records.Installed), null, new StatusOrigin("edge-1", 7), []), c => Assert.Equal(7, c.ObservedGeneration));

    [Fact]
    public void Of_AHostThatFollowsACluster_SaysHowTheyGetOn()
    {
        var well = StatusConditions.Of(Records.Snapshot(Records.Installed), null, new StatusOrigin("edge-1", 4) { Cluster = new(Problem: null) }, []);
        var lost = StatusConditions.Of(Records.Snapshot(Records.Installed), null, new StatusOrigin("edge-1", 4) { Cluster = new(Records.Error) }, []);

        Assert.Equal((ConditionStatus.True, "Followed"), (Get(well, "ClusterConnected").Status, Get(well, "ClusterConnected").Reason));
        Assert.Equal((ConditionStatus.False, "UBA1023"), (Get(lost, "ClusterConnected").Status, Get(lost, "ClusterConnected").Reason));
        Assert.Equal(ConditionStatus.True, Get(lost, "Ready").Status);
    }

    [Fact]
    public void Of_ANodeThatCantBeChanged_IsSaidWithItsCode()
    {
        var origin = new StatusOrigin("edge-1", 4) { Cluster = new(Problem: null) { Node = Records.Error } };

        var condition = Get(StatusConditions.Of(Records.Snapshot(Records.Installed), null, origin, []), "NodeConfigured");

        Assert.Equal((ConditionStatus.False, "UBA1023"), (condition.Status, condition.Reason));
    }

    private static IReadOnlyList<Condition> Of(StatusSnapshot snapshot, ErrorRecord? error = null) => StatusConditions.Of(snapshot, error, null, []);

    private static Condition Get(IReadOnlyList<Condition> conditions, string type) => conditions.Single(c => c.Type == type);

    private static (ConditionStatus Status, string Reason) Ready(IReadOnlyList<Condition> conditions) => (Get(conditions, "Ready").Status, Get(conditions, "Ready").Reason);
}
