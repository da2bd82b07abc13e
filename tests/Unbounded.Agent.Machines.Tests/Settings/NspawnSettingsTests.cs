using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Tests.Settings;

public class NspawnSettingsTests
{
    [Theory]
    [InlineData("NotifyReady=yes")]
    [InlineData("Capability=all")]
    [InlineData("PrivateUsers=no")]
    [InlineData("SystemCallFilter=@keyring bpf perf_event_open")]
    [InlineData("VirtualEthernet=no")]
    public void Render_Always_HasWhatAKubernetesNodeNeeds(string line) =>
        Assert.Contains(line, NspawnSettings.Render([]).Split('\n'));

    [Fact]
    public void Render_SameSourceAndTarget_WritesThePathOnce() =>
        Assert.Contains("BindReadOnly=/lib/modules\n", NspawnSettings.Render([new HostBind("/lib/modules", "/lib/modules", ReadOnly: true)]));

    [Fact]
    public void Render_OtherTarget_WritesBoth() =>
        Assert.Contains("Bind=/srv/data:/data\n", NspawnSettings.Render([new HostBind("/srv/data", "/data")]));

    [Fact]
    public void Render_ColonInPath_IsEscaped() =>
        Assert.Contains(@"Bind=/dev/disk/by-path/pci-0000\:00:/disk" + "\n", NspawnSettings.Render([new HostBind("/dev/disk/by-path/pci-0000:00", "/disk")]));

    [Fact]
    public void Render_Binds_StandInTheFilesSection()
    {
        var text = NspawnSettings.Render([new HostBind("/a", "/a")]);

        Assert.True(text.IndexOf("[Files]", StringComparison.Ordinal) < text.IndexOf("Bind=/a", StringComparison.Ordinal));
    }
}
