using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.Grub;

public sealed class GrubEnvironmentTests : IDisposable
{
    private static readonly SlotName A = SlotTable.Names[0];
    private static readonly SlotName B = SlotTable.Names[1];

    private readonly TempDirectory _directory = new();

    public GrubEnvironmentTests() => GrubModel.Create(_directory.Path);

    private GrubEnvironment Environment => new(_directory.Path, SlotTable.Names, new BootFiles());

    private string First => _directory.File("grubenv");

    private string Copy => _directory.File("grubenv.copy");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Read_OfWhatTheImageHas_IsACommittedSlotBesideAnEmptyOne() =>
        Assert.Equal(new BootState(A, Proven: true, 0, [A]), await ReadAsync());

    [Fact]
    public async Task Write_OfATrial_IsWhatGrubReads()
    {
        await Environment.WriteAsync((await ReadAsync()).WithBootable(B).WithTrial(B));

        var list = Tool.Run("grub-editenv", First, "list").Split('\n');
        Assert.Equal(["active_slot=B", "boot_counter=3", "boot_success=0", "slot_a_ok=1", "slot_b_ok=1"], list.Where(l => !l.StartsWith("agent_sum=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(File.ReadAllBytes(First), File.ReadAllBytes(Copy));
    }

    [Fact]
    public async Task Write_OfAnything_KeepsFileLengthAndSecondSector()
    {
        var before = FileStatus.TryGet(First)!.Value;
        var rest = File.ReadAllBytes(First)[512..];

        await Environment.WriteAsync((await ReadAsync()).WithBootable(B).WithTrial(B));
        await Environment.WriteAsync((await ReadAsync()).WithCommitted(B));

        Assert.True(before.IsSameFileAs(FileStatus.TryGet(First)!.Value));
        Assert.Equal(rest, File.ReadAllBytes(First)[512..]);
        Assert.Equal(before.Size, FileStatus.TryGet(First)!.Value.Size);
    }

    [Fact]
    public async Task Write_OfTheSameState_WritesNothing()
    {
        var before = FileStatus.TryGet(First)!.Value;

        await Environment.WriteAsync(await ReadAsync());

        Assert.Equal(before, FileStatus.TryGet(First)!.Value);
    }

    [Fact]
    public async Task Write_BesideForeignVariables_KeepsThem()
    {
        Tool.Run("grub-editenv", First, "set", "timeout_style=menu");

        await Environment.WriteAsync((await ReadAsync()).WithBootable(B));

        Assert.Contains("timeout_style=menu", Tool.Run("grub-editenv", First, "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_AfterGrubCountedABoot_HasItsCounter()
    {
        await Environment.WriteAsync((await ReadAsync()).WithBootable(B).WithTrial(B));

        Assert.Equal(B, GrubModel.Boot(_directory.Path));

        Assert.Equal(2, (await ReadAsync()).Tries);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("missing")]
    [InlineData("garbage")]
    [InlineData("no-slot")]
    public async Task Law08_ADamagedFirstFile_IsReplacedFromTheCopy(string damage)
    {
        await Environment.WriteAsync((await ReadAsync()).WithBootable(B).WithCommitted(B));
        Damage(First, damage);

        var state = await ReadAsync();
        await Environment.WriteAsync(state);

        Assert.Equal(new BootState(B, Proven: true, 0, [A, B]), state);
        Assert.Equal("B", GrubEnvBlock.TryParse(File.ReadAllBytes(First))!["active_slot"]);
        Assert.Equal(GrubEnvBlock.Size, new FileInfo(First).Length);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("missing")]
    [InlineData("garbage")]
    public async Task Write_BesideADamagedCopy_MakesItWholeAgain(string damage)
    {
        Damage(Copy, damage);

        await Environment.WriteAsync(await ReadAsync());

        Assert.Equal(File.ReadAllBytes(First), File.ReadAllBytes(Copy));
    }

    [Fact]
    public async Task Write_AfterSomebodyChangedOnlyTheFirstFile_BringsTheCopyAlong()
    {
        Tool.Run("grub-editenv", First, "set", "slot_b_ok=1");

        await Environment.WriteAsync(await ReadAsync());

        Assert.Equal([A, B], GrubVariables.Get(GrubEnvBlock.TryParse(File.ReadAllBytes(Copy))!, SlotTable.Names)!.Bootable);
        Assert.True(GrubVariables.IsIntact(GrubEnvBlock.TryParse(File.ReadAllBytes(First))!, SlotTable.Names));
    }

    [Fact]
    public async Task Read_OfTwoDamagedFiles_SaysSo()
    {
        Damage(First, "empty");
        Damage(Copy, "missing");

        var error = await Assert.ThrowsAsync<AgentException>(ReadAsync);

        Assert.Equal(PartitionsErrors.BootEnvironmentUnusable, error.Code);
    }

    [Fact]
    public async Task Write_OfMoreThanASector_IsRefusedAndChangesNothing()
    {
        Tool.Run("grub-editenv", First, "set", $"long={new string('x', 400)}");
        var before = File.ReadAllBytes(First);

        var error = await Assert.ThrowsAsync<AgentException>(async () => await Environment.WriteAsync((await ReadAsync()).WithBootable(B)));

        Assert.Equal(PartitionsErrors.BootEnvironmentFull, error.Code);
        Assert.Equal(before, File.ReadAllBytes(First));
    }

    [Theory]
    [InlineData("boot_counter", "9", 3)]
    [InlineData("boot_counter", "x", 0)]
    [InlineData("boot_counter", "-1", 0)]
    public async Task Read_OfAStrangeCounter_IsBounded(string name, string value, int expected)
    {
        await Environment.WriteAsync((await ReadAsync()).WithBootable(B).WithTrial(B));
        Tool.Run("grub-editenv", First, "set", $"{name}={value}");

        Assert.Equal(expected, (await ReadAsync()).Tries);
    }

    // Every state in which a power cut can leave the two files while one change is made boots the slot of before or of after.
    [Fact]
    public async Task Law11_ACutBetweenTheTwoWrites_BootsOldOrNew()
    {
        await Environment.WriteAsync((await ReadAsync()).WithBootable(B));
        foreach (var change in new Func<BootState, BootState>[] { s => s.WithTrial(B), s => s.WithTrial(B).WithArrival(B), s => s.WithCommitted(B), s => s.WithUnbootable(SlotTable.Names, B) })
        {
            var (oldFirst, oldCopy) = (File.ReadAllBytes(First), File.ReadAllBytes(Copy));
            var before = await ReadAsync();
            await Environment.WriteAsync(change(before));
            var (newFirst, newCopy) = (File.ReadAllBytes(First), File.ReadAllBytes(Copy));
            foreach (var (first, copy) in new[] { (oldFirst, oldCopy), (newFirst, oldCopy), (newFirst, newCopy) })
            {
                File.WriteAllBytes(First, first);
                File.WriteAllBytes(Copy, copy);
                var seen = await ReadAsync();
                Assert.True(seen == before || seen == change(before), $"{seen}");
                Assert.True(seen.IsBootable(seen.BootsNext(SlotTable.Names)));
            }

            File.WriteAllBytes(First, oldFirst);
            File.WriteAllBytes(Copy, oldCopy);
        }
    }

    private static void Damage(string path, string how)
    {
        switch (how)
        {
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "missing":
                File.Delete(path);
                break;
            case "garbage":
                File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)0xff, 1024)]);
                break;
            default:
                Tool.Run("grub-editenv", path, "unset", "active_slot");
                break;
        }
    }

    private Task<BootState> ReadAsync() => Environment.ReadAsync(CancellationToken.None);
}
