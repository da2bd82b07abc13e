using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Settings;

namespace Unbounded.Agent.Machines.Tests.Settings;

public class RootMountTests
{
    [Fact]
    public void Render_Overlay_LaysTheSlotOverItsImage()
    {
        var text = RootMount.Render(new SlotName("kube1"), new MachinePaths());

        Assert.Contains("Where=/var/lib/machines/kube1\n", text);
        Assert.Contains(
            "Options=lowerdir=/var/lib/unbounded/machines/kube1/lower,upperdir=/var/lib/unbounded/machines/kube1/upper,workdir=/var/lib/unbounded/machines/kube1/work\n",
            text);
    }

    [Fact]
    public void RootMount_Name_IsTheEscapedPath() =>
        Assert.Equal("var-lib-machines-kube1.mount", Units.RootMount(new SlotName("kube1")));
}
