using Unbounded.Agent.Core.Tests.Simulation;

namespace Unbounded.Agent.Core.Tests.Crashes;

/// <summary>The search can fail: each planted bug is found by it.</summary>
public sealed class PlantedBugTests
{
    [Fact]
    public void Law10_APodThatOutlivesItsSide_IsFound() => Finds("law 10: a pod of the other side", Swap(w => w.Host.ForgetsPods = true));

    [Fact]
    public void Law11_AKubeletThatOutlivesItsMarker_IsFound() =>
        Finds("law 11: a kubelet runs without the marker", Swap(w => w.Host.ForgetsKubelet = true));

    [Fact]
    public void Law11_ASideThatIsEnabledBeforeItsProof_IsFound() =>
        Finds("while the host boots it", new Scenario<SimMachines>(
            "planted",
            () => Scenarios.Installed(w =>
            {
                w.Host.EnablesAtActivate = true;
                w.Wishes.Desired = Samples.Desired("1.31.0", Nature.NeverReady);
            }),
            "1.30.0"));

    [Fact]
    public void Law11_APartitionThatIsCommittedAtItsTrial_IsFound() =>
        Finds("", new Scenario<SimPartitions>(
            "planted",
            () => Scenarios.Partition(w =>
            {
                w.Host.CommitsAtActivate = true;
                w.Wishes.Desired = Samples.Desired("1.31.0", Nature.NeverBoots);
            }),
            "1.30.0"));

    [Fact]
    public void Law01_ARecordThatIsNotDurable_IsFound() => Finds("law 2: a commit was taken back", Swap(w => w.Disk.ForgetsDirectorySync = true));

    [Fact]
    public void Law08_ARecordThatIsTornByAPowerCut_IsFound() => Finds("can't be read", Swap(w => w.Disk.ForgetsContentSync = true));

    [Fact]
    public void Law04_AnIntentThatIsClearedUnpublished_IsFound() => Finds("law 4", Swap(w => w.Publisher.Swallows = true));

    private static Scenario<SimMachines> Swap(Action<World<SimMachines>> plant) => new(
        "planted",
        () => Scenarios.Installed(w =>
        {
            plant(w);
            w.Wishes.Desired = Samples.Desired("1.31.0");
        }),
        "1.31.0");

    private static void Finds<THost>(string what, Scenario<THost> scenario)
        where THost : SimHost
    {
        for (var at = 1; at <= 120; at++)
        {
            foreach (var death in Deaths.All)
            {
                try
                {
                    CrashStory.Run(scenario, (at, death));
                }
                catch (CrashStoryException e)
                {
                    // A story that a planted bug makes endless is found too, with the law that was broken on its way.
                    Assert.Contains(what, e.Message, StringComparison.Ordinal);
                    return;
                }
            }
        }

        Assert.Fail("the planted bug was not found");
    }
}
