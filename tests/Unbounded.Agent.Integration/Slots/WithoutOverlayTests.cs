using Unbounded.Agent.Contracts;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Slots;

/// <summary>A host whose data lie where no overlay can be laid: roots are copies then, and everything else is as elsewhere.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class WithoutOverlayTests
{
    // An overlay can't be the upper side of another one.
    private const string OverlayOfItsOwn =
        "mkdir -p /var/lib/data/upper /var/lib/data/work && mount -t overlay data -o lowerdir=/var/lib/unbounded,upperdir=/var/lib/data/upper,workdir=/var/lib/data/work /var/lib/unbounded";

    // It is the kernel that refuses, which is the same for every suite.
    public static IEnumerable<object[]> OneSuite => Suites.Selected.Take(1);

    [Theory]
    [MemberData(nameof(OneSuite))]
    public async Task Swap_NoOverlayCanBeHad_RootsAreCopies(string suite)
    {
        var host = await MachinesHost.BootAsync(suite, OverlayOfItsOwn);
        await using var _ = host.Host;

        await host.InstallAsync();
        await host.Slots.PrepareAsync(MachinesHost.Second, host.Good(2), NoProgress.Instance, CancellationToken.None);
        await host.Slots.DeactivateAsync(MachinesHost.First, TimeSpan.Zero, NoProgress.Instance, CancellationToken.None);
        await host.Slots.ActivateAsync(MachinesHost.Second, NoProgress.Instance, CancellationToken.None);
        await host.Slots.CommitAsync(MachinesHost.Second);

        await host.AssertRunsAloneAsync(MachinesHost.Second);
        Assert.Equal("", await host.Host.ShellAsync("grep ' /var/lib/machines/kube' /proc/mounts || true; ls /etc/systemd/system/*.mount 2>/dev/null || true"));
        await host.Slots.RetireAsync(MachinesHost.First, CancellationToken.None);
        await host.Slots.ReleaseAsync(MachinesHost.First, CancellationToken.None);
        Assert.Equal("kube2", await host.Host.ShellAsync("ls /var/lib/machines"));
    }
}
