using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Tests.Settings;

public class MachineDropInTests
{
    private static readonly SlotName Slot = new("kube2");

    [Theory]
    [InlineData("StartLimitIntervalSec=0")]
    [InlineData("Restart=on-failure")]
    [InlineData("RestartSec=10s")]
    [InlineData("TimeoutStopSec=30s")]
    [InlineData("Environment=SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1")]
    [InlineData("Environment=SYSTEMD_NSPAWN_API_VFS_WRITABLE=network")]
    public void Render_Always_HasTheServiceSettings(string line) =>
        Assert.Contains(line, Render([]).Split('\n'));

    [Fact]
    public void Render_Always_LeavesTheTemplatesExecStart() =>
        Assert.DoesNotContain("ExecStart=", Render([]));

    [Fact]
    public void Render_Always_StartsEvenWithoutTheAgent() =>
        Assert.Contains("ExecStartPre=-/usr/local/bin/unbounded-agent machine-prestart kube2\n", Render([]));

    [Fact]
    public void Render_Devices_AreAllowed() =>
        Assert.Contains("DeviceAllow=/dev/kvm rwm\nDeviceAllow=/dev/dri/card0 rwm\n", Render(["/dev/kvm", "/dev/dri/card0"]));

    [Fact]
    public void Render_BootTimeoutOfPartSeconds_IsRoundedUp() =>
        Assert.Contains("TimeoutStartSec=3s\n", MachineDropIn.Render(Slot, [], TimeSpan.FromSeconds(2.1), "/usr/local/bin/unbounded-agent"));

    private static string Render(string[] devices) =>
        MachineDropIn.Render(Slot, devices, TimeSpan.FromSeconds(90), "/usr/local/bin/unbounded-agent");
}
