using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Tests.Boot.Grub;

/// <summary>What can be said of the boot loader's scripts without booting them; <c>hack/powercut</c> boots them.</summary>
public sealed class GrubConfigTests
{
    [Theory]
    [InlineData("grub.cfg")]
    [InlineData("embedded.cfg")]
    public void Script_OfTheDiskImage_IsOneThatGrubUnderstands(string name) => Tool.Run("grub-script-check", PathOf(name));

    [Fact]
    public void Script_OfTheDiskImage_SetsWhatTheAgentLooksFor()
    {
        var script = File.ReadAllText(PathOf("grub.cfg"));

        Assert.Contains(SlotTable.SlotWord + "$1", script, StringComparison.Ordinal);
        Assert.All(SlotTable.Names, slot => Assert.Contains("set label=" + SlotTable.LabelOf(slot), script, StringComparison.Ordinal));
        Assert.Contains($"\"$boot_counter\" = \"{BootState.TrialBoots}\"", script, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"$boot_counter\" = \"{BootState.TrialBoots + 1}\"", script, StringComparison.Ordinal);
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "disk", name);
}
