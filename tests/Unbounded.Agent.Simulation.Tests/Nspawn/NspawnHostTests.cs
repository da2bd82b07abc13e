using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Nspawn;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Nspawn;

/// <summary>The simulated host does with the backend's files what systemd and nspawn do.</summary>
public sealed class NspawnHostTests
{
    private readonly World<NspawnHost> _world = new((s, t, f) => new NspawnHost(s, t, f));

    public NspawnHostTests()
    {
        _world.Wishes.Desired = Samples.Desired("1.30.0");
        _world.RunToRest();
    }

    private MachinePaths Paths => _world.Host.Paths;

    [Fact]
    public void Law11_Boot_EnabledMachine_ComesUpWithoutAnAgent()
    {
        _world.PowerCut([]);

        Assert.True(_world.Host[Samples.Kube1] is { Booted: true, Kubelet: true, Containerd: true });
        Assert.Equal(Samples.Kube1, _world.Host.Permitted);
    }

    [Fact]
    public void Boot_NothingEnabled_StartsNothing()
    {
        _world.Files.Take(Paths.EnablementLink(Samples.Kube1));

        _world.PowerCut([]);

        Assert.False(_world.Host[Samples.Kube1].Booted);
        Assert.Null(_world.Host.Permitted);
    }

    [Fact]
    public void Boot_WithoutItsSettings_FailsAndIsAViolation()
    {
        _world.Files.Take(Paths.BindList(Samples.Kube1));
        _world.Files.Take(Paths.NspawnFile(Samples.Kube1));

        Assert.Throws<InvariantException>(() => _world.PowerCut([]));

        Assert.False(_world.Host[Samples.Kube1].Booted);
    }

    [Fact]
    public void Boot_MountUnitThatIsTorn_Fails()
    {
        _world.Files.Put(Paths.RootMountUnit(Samples.Kube1), "[Mount]\nWhat=overlay\n"u8.ToArray());

        _world.PowerCut([]);

        Assert.False(_world.Host[Samples.Kube1].Booted);
    }

    [Fact]
    public void Law09_Look_MarkWithoutItsContent_IsAViolation()
    {
        _world.Files.Take($"{Paths.Upper(Samples.Kube1)}/{SimTree.Content}");

        Assert.Throws<InvariantException>(_world.Host.Look);
        Assert.Contains(_world.Host.Violations, v => v.StartsWith("law 9", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_CertificateThatIsHalfThere_IsAViolation()
    {
        _world.Files.Put($"{Paths.Identity(Samples.Kube1)}/kubelet-client-2026.pem", "cert"u8.ToArray());

        Assert.Throws<InvariantException>(_world.Host.Look);
    }

    [Fact]
    public void Swap_ToTheOtherSlot_LeavesTheFilesOfTheRealBackend()
    {
        _world.Wishes.Desired = Samples.Desired("1.31.0");

        _world.RunToRest();

        Assert.Equal(Units.MachineTemplate, _world.Files.ReadLink(Paths.EnablementLink(Samples.Kube2)));
        Assert.Null(_world.Files.ReadLink(Paths.EnablementLink(Samples.Kube1)));
        Assert.NotNull(_world.Files.Peek(Paths.NspawnFile(Samples.Kube2)));
        Assert.NotNull(_world.Files.Peek(Paths.Marker(Samples.Kube2)));
    }
}
