using Unbounded.Agent.Simulation.Disks;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Nspawn;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Exploration;

/// <summary>The search can fail: each planted bug is found by it, on the real machines backend where that is driven.</summary>
public sealed class PlantedBugTests
{
    [Fact]
    public void Law01_NoDirectorySync_IsFound() => Finds("", Swap(w => w.Files.ForgetsDirectorySync = true));

    [Fact]
    public void Law01_AnIntentThatIsSavedLate_IsFound() => Finds("", Swap(w => w.Plant = Plant.SavesIntentsLate));

    [Fact]
    public void Law02_ACommitBeforeProof_IsFound() =>
        Finds("law 2: a commit was taken back", Bad(Nature.NeverReady, w => w.Plant = Plant.CommitsBeforeProof));

    [Fact]
    public void Law04_AnIntentThatIsClearedEarly_IsFound() => Finds("law 4", Swap(w => w.Publisher.Swallows = true));

    [Fact]
    public void Law05_DriftThatIsLookedForFirst_IsFound() => Finds("", Swap(w => w.Plant = Plant.LooksForDriftFirst));

    [Fact]
    public void Law08_ARecordThatIsTornByAPowerCut_IsFound() => Finds("can't be read", Swap(w => w.Files.ForgetsContentSync = true));

    [Fact]
    public void Law08_ARecordThatIsClearedBeforeItsFile_IsFound() =>
        Finds("kube2 is left", Bad(Nature.WrongVersion, w => w.Plant = Plant.ReleasesLate));

    [Fact]
    public void Law09_AMarkBeforeItsContentIsSynced_IsFound() =>
        Finds("law 9: kube2 is marked complete, and its content is not", Swap(w => w.Files.ForgetsFileSystemSync = true));

    [Fact]
    public void Law10_TwoKubeletsForAnInstant_AreFound() => Finds("law 10: two kubelets run", Swap(w => w.Plant = Plant.StartsBeforeItStops));

    [Fact]
    public void Law10_APodThatOutlivesItsSide_IsFound() => Finds("law 10: a pod of the other side", Model(w => w.Host.ForgetsPods = true));

    [Fact]
    public void Law11_TheWrongSideEnabled_IsFound() => Finds("", Swap(w => w.Plant = Plant.EnablesTheWrongSide));

    [Fact]
    public void Law11_AKubeletThatOutlivesItsMarker_IsFound() => Finds("law 11: a kubelet runs without the marker", Model(w => w.Host.ForgetsKubelet = true));

    [Fact]
    public void Law11_ASideThatIsEnabledBeforeItsProof_IsFound() =>
        Finds("", Model(w => w.Host.EnablesAtActivate = true, Nature.NeverReady));

    [Fact]
    public void Law13_AMachineThatIsKilledAndNotStopped_IsFound() => Finds("does not end by itself", Swap(w => w.Host.EndsMachinesByAKill = true));

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
    public void Law15_ARecordThatLosesWhatALaterVersionWrote_IsFound() => Finds("law 15", Swap(w => w.Plant = Plant.DropsWhatItDoesNotKnow));

    [Fact]
    public void Law08_ABootEnvironmentThatIsTruncated_IsFound() => Finds("", Disk(w =>
    {
        w.Host.TruncatesItsEnvironment = true;
        w.Host.HasNoCopy = true;
    }));

    [Fact]
    public void Law09_ASlotThatIsBootableBeforeItsContentIsSynced_IsFound() =>
        Finds("slot B may be booted and is not complete", Disk(w => w.Host.SyncsLate = true));

    [Fact]
    public void Law02_APartitionThatIsCommittedBeforeItsProof_IsFound() =>
        Finds("", Disk(w => w.Plant = Plant.CommitsBeforeProof, Nature.NeverReady));

    [Fact]
    public void Explore_NothingPlantedOnADisk_FindsNothing() => Assert.Null(Search(Disk(_ => { })).Law);

    [Fact]
    public void Explore_NothingPlanted_FindsNothing() => Assert.Null(Search(Swap(_ => { })).Law);

    private static Scenario<DiskHost> Disk(Action<World<DiskHost>> plant, string nature = Nature.Good) => new(
        "planted",
        () => Scenarios.Disk(w =>
        {
            plant(w);
            w.Wishes.Desired = Samples.Desired("1.31.0", nature);
        }),
        nature == Nature.Good ? "1.31.0" : "1.30.0");

    private static Scenario<NspawnHost> Swap(Action<World<NspawnHost>> plant) => new("planted", () => Node("1.31.0", Nature.Good, plant), "1.31.0");

    private static Scenario<NspawnHost> Bad(string nature, Action<World<NspawnHost>> plant) => new("planted", () => Node("1.31.0", nature, plant), "1.30.0");

    private static Scenario<SimMachines> Model(Action<World<SimMachines>> plant, string nature = Nature.Good) => new(
        "planted",
        () =>
        {
            var world = new World<SimMachines>((s, t) => new SimMachines(s, t));
            return Ready(world, "1.31.0", nature, plant);
        },
        nature == Nature.Good ? "1.31.0" : "1.30.0");

    private static World<NspawnHost> Node(string version, string nature, Action<World<NspawnHost>> plant) =>
        Ready(new World<NspawnHost>((s, t, f) => new NspawnHost(s, t, f)), version, nature, plant);

    private static World<THost> Ready<THost>(World<THost> world, string version, string nature, Action<World<THost>> plant)
        where THost : SimHost
    {
        world.Wishes.Desired = Samples.Desired("1.30.0");
        world.RunToRest();
        plant(world);
        world.Wishes.Desired = Samples.Desired(version, nature);
        return world;
    }

    private static (Story? Story, string? Law, IExploration Scenario) Search<THost>(Scenario<THost> scenario)
        where THost : SimHost
    {
        var exploration = new ScenarioExploration<THost>(scenario, bound: 16);
        (Story? Story, string? Law, IExploration Scenario) found = (null, null, exploration);
        exploration.Extend(new Story("planted", []), 1, 1, (story, law) =>
        {
            found = law is null ? found : (story, law, exploration);
            return law is null;
        });
        return found;
    }

    // Found, and by a story that is still one when it is shrunk.
    private static void Finds<THost>(string law, Scenario<THost> scenario)
        where THost : SimHost
    {
        var (story, broken, exploration) = Search(scenario);

        Assert.True(story is not null, "the planted bug was not found");
        Assert.Contains(law, broken, StringComparison.Ordinal);
        var shrunk = Shrinking.Shrink(exploration, story, mostTries: 20);
        Assert.True(shrunk.Cuts.Count <= story.Cuts.Count);
        Assert.NotNull(exploration.Try(shrunk));
    }
}
