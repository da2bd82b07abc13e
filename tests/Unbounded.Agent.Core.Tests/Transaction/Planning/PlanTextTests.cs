using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Planning;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

public sealed class PlanTextTests
{
    [Fact]
    public void Describe_OfASwap_SaysWhatHappensWhatGoesAndHowLongItTakes()
    {
        var row = new DecideCase("swap", PlanKind.Swap, "")
        {
            Record = SampleRecords.AtRest() with { Previous = SampleRecords.Side(Kube2, "1.29.0") },
            Desired = Wanted.Swap(),
            Slots = DecideCase.Seen(kube2: SlotState.Complete),
        };

        Assert.Equal(
            """
            Swap: $.Cluster.Version: 1.30.0 -> 1.31.0
               1. freeze the target, count the attempt
               2. fill kube2 and boot it, held back
               3. stop the node software of kube1 and end its pods (the node is down from here, about 5.7 s as at the last swap)
               4. start the node software of kube2
               5. verify kube2; a failure puts kube1 back as it was
               6. commit: the host boots kube2 from now on  <- the point of no return
               7. write the applied config and the state file
               8. stop kube1, keep its content for a rollback
               9. note the result
              10. publish the final status
               - emptyDir volumes on disk are kept, those in memory are lost
               - kube2 holds the previous side (Kubernetes 1.29.0, 412.0 MiB): its removal is part of the preparation, after it no rollback to it is possible
               - kube1 is kept after the commit, for a rollback

            """,
            row.Decide().Describe());
        Assert.Equal(TimeSpan.FromMilliseconds(5690), row.Decide().PredictedDowntime);
    }

    [Fact]
    public void Describe_OfARefusal_SaysWhyAndWhatToDo() =>
        Assert.Equal(
            """
            Refused: There is no previous side to roll back to
              UBA-1013: the node was swapped no more than once, or a later preparation has removed it
              Set the desired version and image to the ones you want: the node is swapped to them

            """,
            new DecideCase("", PlanKind.Refused, "") { Requests = new() { Rollback = "r" } }.Decide().Describe());

    [Fact]
    public void Describe_OfAWait_SaysUntilWhen() =>
        Assert.Contains(
            "looked at again at 2026-03-01 22:00:00 UTC",
            new DecideCase("", PlanKind.Waiting, "")
            {
                Desired = Wanted.Swap(p => p with { MaintenanceWindow = "22:00-05:00" }),
            }.Decide().Describe(),
            StringComparison.Ordinal);
}
