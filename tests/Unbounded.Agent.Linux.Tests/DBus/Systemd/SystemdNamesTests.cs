using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

public sealed class SystemdNamesTests
{
    // as `busctl tree org.freedesktop.systemd1` shows them
    [Theory]
    [InlineData("dbus.service", "dbus_2eservice")]
    [InlineData("systemd-nspawn@kube1.service", "systemd_2dnspawn_40kube1_2eservice")]
    [InlineData("-.slice", "_2d_2eslice")]
    [InlineData("1st.target", "_31st_2etarget")]
    [InlineData("var-lib-machines-kube1.mount", "var_2dlib_2dmachines_2dkube1_2emount")]
    [InlineData("a_b.service", "a_5fb_2eservice")]
    [InlineData(@"dev-disk-by\x2dlabel.device", "dev_2ddisk_2dby_5cx2dlabel_2edevice")]
    [InlineData("ü.service", "_c3_bc_2eservice")]
    [InlineData("", "_")]
    public void UnitPath_Name_IsEscapedAsSystemdDoes(string unit, string label) =>
        Assert.Equal("/org/freedesktop/systemd1/unit/" + label, SystemdNames.UnitPath(unit));

    [Theory]
    [InlineData("active", ActiveState.Active)]
    [InlineData("reloading", ActiveState.Reloading)]
    [InlineData("inactive", ActiveState.Inactive)]
    [InlineData("failed", ActiveState.Failed)]
    [InlineData("activating", ActiveState.Activating)]
    [InlineData("deactivating", ActiveState.Deactivating)]
    [InlineData("maintenance", ActiveState.Maintenance)]
    [InlineData("refreshing", ActiveState.Refreshing)]
    [InlineData("new-in-300", ActiveState.Unknown)]
    public void ParseActiveState_Word_State(string word, ActiveState state) => Assert.Equal(state, SystemdNames.ParseActiveState(word));

    [Theory]
    [InlineData("initializing", SystemState.Initializing)]
    [InlineData("starting", SystemState.Starting)]
    [InlineData("running", SystemState.Running)]
    [InlineData("degraded", SystemState.Degraded)]
    [InlineData("maintenance", SystemState.Maintenance)]
    [InlineData("stopping", SystemState.Stopping)]
    [InlineData("offline", SystemState.Unknown)]
    public void ParseSystemState_Word_State(string word, SystemState state) => Assert.Equal(state, SystemdNames.ParseSystemState(word));

    [Theory]
    [InlineData(JobMode.Replace, "replace")]
    [InlineData(JobMode.Fail, "fail")]
    [InlineData(JobMode.ReplaceIrreversibly, "replace-irreversibly")]
    [InlineData(JobMode.IgnoreDependencies, "ignore-dependencies")]
    public void Word_JobMode_AsSystemdWritesIt(JobMode mode, string word) => Assert.Equal(word, SystemdNames.Word(mode));

    [Theory]
    [InlineData(KillTarget.All, "all")]
    [InlineData(KillTarget.Main, "main")]
    [InlineData(KillTarget.Control, "control")]
    public void Word_KillTarget_AsSystemdWritesIt(KillTarget target, string word) => Assert.Equal(word, SystemdNames.Word(target));
}
