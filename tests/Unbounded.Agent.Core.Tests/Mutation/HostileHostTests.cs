using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Tests.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Mutation;

/// <summary>A host one of whose files is hostile: the node goes on, and nothing is lost that a person may need.</summary>
public sealed class HostileHostTests
{
    private const int Cases = 250;
    private const string AppliedPath = World<SimMachines>.ConfigDirectory + "/kube1-applied-config.json";
    private const string StatePath = World<SimMachines>.StatePath;
    private const string RecordPath = World<SimMachines>.RecordPath;

    private static World<SimMachines> Installed { get; } = Worlds.Installed();

    [Fact]
    public void Law08_ARecordThatIsRefused_StaysAndNothingIsTouched()
    {
        var refused = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = Installed.Fork();
            world.Disk.Put(RecordPath, Hostile(world, RecordPath, seed));
            if (IsRefused(() => RecordSerializer.Deserialize(world.Disk.Peek(RecordPath), RecordPath)) is not { } code)
                continue;
            refused++;
            var before = Snapshot(world);
            var starts = world.Host[Kube1].KubeletStarts;

            Assert.Equal(code, Assert.Throws<AgentException>(() => { Reconcile(world); }).Code);

            Assert.Equal(before, Snapshot(world));
            Assert.True(world.IsUp(), $"seed {seed}");
            Assert.Equal(starts, world.Host[Kube1].KubeletStarts);
        }

        Assert.True(refused > Cases / 4, $"{refused} refused");
    }

    [Fact]
    public void Law08_AnAppliedConfigWithoutARecord_IsAdoptedOrRefusedAndStays()
    {
        var (adopted, refused) = (0, 0);
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = Installed.Fork();
            world.Disk.Remove(RecordPath);
            world.Wishes.Desired = null;
            var config = Hostile(world, AppliedPath, seed);
            world.Disk.Put(AppliedPath, config);
            if (seed % 3 == 0)
                world.Disk.Put(AppliedPath + ".sha256", AppliedConfig.Sidecar(config));
            else if (seed % 3 == 1)
                world.Disk.Remove(AppliedPath + ".sha256");
            var before = Snapshot(world);

            var plan = Reconcile(world);

            Assert.Same(config, world.Disk.Peek(AppliedPath));
            Assert.True(world.IsUp(), $"seed {seed}");
            if (world.Record is { Active: { } active })
            {
                Assert.Equal(config, active.AppliedConfig.Memory.ToArray());
                adopted++;
            }
            else
            {
                Assert.Equal(before, Snapshot(world));
                Assert.Equal(PlanKind.Refused, plan.Kind);
                refused++;
            }
        }

        Assert.True(adopted > Cases / 20, $"{adopted} adopted");
        Assert.True(refused > Cases / 4, $"{refused} refused");
    }

    [Fact]
    public void Law08_AnAppliedConfigBesideARecord_IsRepairedFromIt()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = Installed.Fork();
            var good = world.Disk.Peek(AppliedPath)!;
            world.Disk.Put(AppliedPath, Hostile(world, AppliedPath, seed));

            Reconcile(world);

            Assert.Equal(good, world.Disk.Peek(AppliedPath));
            Assert.Equal(AppliedConfig.Sidecar(good), world.Disk.Peek(AppliedPath + ".sha256"));
        }
    }

    [Fact]
    public void Law08_AStateFileThatCantBeRead_IsPutAsideAndDerivedAgain()
    {
        var damaged = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = Installed.Fork();
            var state = Hostile(world, StatePath, seed);
            world.Disk.Put(StatePath, state);

            Reconcile(world);

            if (world.Disk.Peek(StatePath + ".damaged") is { } aside)
            {
                Assert.Equal(state, aside);
                damaged++;
            }

            Assert.Equal(Phase.Success, StateOf(world).Phase);
        }

        Assert.True(damaged > Cases / 4, $"{damaged} damaged");
    }

    private static byte[] Hostile(World<SimMachines> world, string path, int seed) =>
        Encodings.Encode(new TreeMutator(seed, "\"kube2\"", "\"1.31.0\"").Mutate(world.Disk.Peek(path)!).ToJson(), seed % 40);

    private static ErrorCode? IsRefused(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (AgentException e)
        {
            return e.Code;
        }
    }

    private static Plan Reconcile(World<SimMachines> world)
    {
        Plan? plan = null;
        world.Time.Run(async () => plan = (await world.NewReconciler().ReconcileAsync(default)).Plan);
        return plan!;
    }

    private static UpdateState StateOf(World<SimMachines> world)
    {
        UpdateState? state = null;
        world.Time.Run(async () => state = await new Core.Transaction.Execution.StateFile(world.Disk, StatePath).ReadAsync(default));
        return state!;
    }

    private static string Snapshot(World<SimMachines> world) =>
        string.Join('\n', world.Disk.Files.Order(StringComparer.Ordinal).Select(f => f + " " + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(world.Disk.Peek(f)!))));
}
