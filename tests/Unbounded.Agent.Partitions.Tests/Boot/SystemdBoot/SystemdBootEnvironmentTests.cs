using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.SystemdBoot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.SystemdBoot;

/// <summary>What is systemd-boot's own; the rest is <see cref="SystemdBootContractTests"/>.</summary>
public sealed class SystemdBootEnvironmentTests : IDisposable
{
    private static readonly SlotName A = SlotTable.Names[0];
    private static readonly SlotName B = SlotTable.Names[1];

    private readonly TempDirectory _directory = new();
    private readonly SystemdBootHost _host;

    public SystemdBootEnvironmentTests() => _host = new(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Write_OfATrial_IsAnEntryThatCountsBesideTwoThatDoNot()
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));

        Assert.Equal(["unbounded-a.conf", "unbounded-b.conf", "unbounded-trial+3.conf"], Entries());
        var entry = Encoding.ASCII.GetString(_host.Image.Read("loader/entries/unbounded-trial+3.conf")!);
        Assert.StartsWith("sort-key unbounded-0\n", entry, StringComparison.Ordinal);
        Assert.Contains("options ro unbounded.slot=B", entry, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WhileTheLoaderCounts_HasItsCounter()
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));

        for (var left = 2; left >= 0; left--)
        {
            Assert.Equal(B, _host.Reboot());
            Assert.Equal(new BootState(B, Proven: false, left, [A, B]), await ReadAsync());
        }

        Assert.Equal(["unbounded-a.conf", "unbounded-b.conf", "unbounded-trial+0-3.conf"], Entries());
        Assert.Equal(A, _host.Reboot());
    }

    // systemd-bless-boot looks for the entry that was counted, and newer ones fail where it is gone: the system would be degraded.
    [Fact]
    public async Task Write_OfACommit_LeavesTheEntryThatWasCountedToBeBlessed()
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));
        Assert.Equal(B, _host.Reboot());

        await WriteAsync(s => s.WithArrival(B));
        await WriteAsync(s => s.WithCommitted(B));

        Assert.Equal(["unbounded-a.conf", "unbounded-b.conf", "unbounded-trial+2-1.conf"], Entries());
        _host.Image.Rename("loader/entries/unbounded-trial+2-1.conf", "unbounded-trial.conf");
        Assert.Equal(B, _host.Reboot());
        Assert.Equal(new BootState(B, Proven: true, 0, [A, B]), await ReadAsync());
    }

    [Theory]
    [InlineData("unbounded-trial+2-1.conf")]
    [InlineData("unbounded-trial.conf")]
    public async Task Write_OfASlotThatIsGivenUp_RemovesWhatIsLeftOfATrial(string left)
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));
        _host.Image.Rename("loader/entries/unbounded-trial+3.conf", left);
        await WriteAsync(s => s.WithCommitted(B));

        await WriteAsync(s => s.WithUnbootable(SlotTable.Names, A));

        Assert.Equal(["unbounded-a.conf", "unbounded-b.conf"], Entries());
        Assert.Equal(B, _host.Reboot());
    }

    [Theory]
    [InlineData("unbounded-trial+2-1.conf")]
    [InlineData("unbounded-trial.conf")]
    public async Task Write_OfATrialAfterATrial_CountsAnew(string left)
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));
        _host.Image.Rename("loader/entries/unbounded-trial+3.conf", left);
        await WriteAsync(s => s.WithCommitted(B));

        await WriteAsync(s => s.WithTrial(A));

        Assert.Equal(["unbounded-a.conf", "unbounded-b.conf", "unbounded-trial+3.conf"], Entries());
        Assert.Equal(A, _host.Reboot());
        Assert.Equal(new BootState(A, Proven: false, 2, [A, B]), await ReadAsync());
    }

    // systemd-bless-boot takes the counter away when boot-complete.target is reached.
    [Fact]
    public async Task Law11_ATrialThatCameUpAndWasBlessed_IsStillLeftByTheNextReboot()
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));
        Assert.Equal(B, _host.Reboot());
        await WriteAsync(s => s.WithArrival(B));
        _host.Image.Put("loader/entries/unbounded-trial.conf", BootEntries.TrialOf(_host.Image.Read("loader/entries/unbounded-b.conf")));

        Assert.Equal(A, _host.Reboot());
    }

    [Fact]
    public async Task Read_OfATrialThatWasBlessedBeforeTheAgentSawIt_IsOneThatIsBooted()
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));
        _host.Image.Rename("loader/entries/unbounded-trial+3.conf", "unbounded-trial.conf");

        Assert.Equal(B, (await ReadAsync()).BootsNext(SlotTable.Names));
        Assert.Equal(B, _host.Reboot());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Law11_ATrialWhoseEntryIsLostOrDamaged_IsABootOfTheCommittedSlot(bool lost)
    {
        await WriteAsync(s => s.WithBootable(B).WithTrial(B));
        if (lost)
            _host.Image.Delete("loader/entries/unbounded-trial+3.conf");
        else
            _host.Image.Put("loader/entries/unbounded-trial+3.conf", []);

        Assert.Equal(A, _host.Reboot());
    }

    [Fact]
    public async Task Write_OfATrialWithoutTheSlotsEntry_IsRefusedAndLeavesTheDecision()
    {
        await WriteAsync(s => s.WithBootable(B));
        _host.Image.Delete("loader/entries/unbounded-b.conf");

        var error = await Assert.ThrowsAsync<AgentException>(() => WriteAsync(s => s.WithTrial(B)));

        Assert.Equal(PartitionsErrors.LoaderUnusable, error.Code);
        Assert.Equal(new BootState(A, Proven: true, 0, [A, B]), await ReadAsync());
    }

    [Fact]
    public async Task Write_OfASlotThatIsComplete_BringsItsKernelFirstAndOnce()
    {
        await WriteAsync(s => s.WithBootable(B));
        await WriteAsync(s => s.WithTrial(B));
        await WriteAsync(s => s.WithCommitted(B));
        Assert.Equal([B], _host.Kernels);

        await WriteAsync(s => s.WithUnbootable(SlotTable.Names, A));
        await WriteAsync(s => s.WithBootable(A));

        Assert.Equal([B, A], _host.Kernels);
    }

    [Fact]
    public async Task Law11_TheLoaderIsNeverToldOfAnIncompleteSlot()
    {
        foreach (var state in new[] { new BootState(B, Proven: true, 0, [A]), new BootState(B, Proven: false, 1, [A]), new BootState(A, Proven: true, 0, []) })
        {
            var before = _host.Image.Bytes;

            var error = await Assert.ThrowsAsync<AgentException>(() => _host.Environment.WriteAsync(state));

            Assert.Equal(PartitionsErrors.WouldBootIncomplete, error.Code);
            Assert.Equal(before, _host.Image.Bytes);
        }
    }

    [Fact]
    public async Task Read_WhereAnEfiVariableDecides_IsRefused()
    {
        Variable("LoaderEntryDefault", "unbounded-b.conf\0");

        var error = await Assert.ThrowsAsync<AgentException>(ReadAsync);

        Assert.Equal(PartitionsErrors.LoaderOverridden, error.Code);
        Assert.Contains("unbounded-b.conf", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Obstacles_WhereSomethingElseIsBootedOnce_SaySo()
    {
        Assert.Empty(await _host.Environment.ObstaclesAsync(CancellationToken.None));
        Variable("LoaderEntryOneShot", "memtest.conf\0");

        Assert.Contains("memtest.conf", Assert.Single(await _host.Environment.ObstaclesAsync(CancellationToken.None)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_OfMoreThanASector_IsRefusedAndChangesNothing()
    {
        _host.Image.Put("loader/loader.conf", OneSector.From(["default unbounded-a*", "#" + new string('x', 460)])!);
        var before = _host.Image.Bytes;

        var error = await Assert.ThrowsAsync<AgentException>(() => WriteAsync(s => s.WithBootable(B)));

        Assert.Equal(PartitionsErrors.BootEnvironmentFull, error.Code);
        Assert.Equal(before, _host.Image.Bytes);
    }

    [Theory]
    [InlineData("default unbounded-a.conf\n")]
    [InlineData("default other\n\tdefault\tunbounded-a*  \n")]
    [InlineData("timeout 5\ndefault Unbounded-A.conf\n# default unbounded-b*\n")]
    public async Task Read_OfWhatAPersonWrote_IsWhatTheLoaderBoots(string text)
    {
        _host.Image.Put("loader/loader.conf", Encoding.ASCII.GetBytes(text.PadRight(512, '\n')));

        Assert.Equal(new BootState(A, Proven: true, 0, [A]), await ReadAsync());
    }

    [Fact]
    public async Task Read_OfADefaultThatIsNoSlot_IsRefused()
    {
        foreach (var name in new[] { "loader/loader.conf", "loader/loader.copy" })
            _host.Image.Put(name, OneSector.From(["default debian-*"])!);

        Assert.Equal(PartitionsErrors.LoaderUnusable, (await Assert.ThrowsAsync<AgentException>(ReadAsync)).Code);
    }

    [Theory]
    [InlineData("unbounded-trial.conf", int.MaxValue)]
    [InlineData("unbounded-trial+3.conf", 3)]
    [InlineData("UNBOUNDED-TRIAL+2-1.CONF", 2)]
    [InlineData("unbounded-trial+0-3.conf", 0)]
    [InlineData("unbounded-trial+.conf", null)]
    [InlineData("unbounded-trial3.conf", null)]
    [InlineData("unbounded-b+3.conf", null)]
    [InlineData("unbounded-trial+3.efi", null)]
    public void TriesOf_OfAName_AreWhatItCounts(string name, int? tries) => Assert.Equal(tries, BootEntries.TriesOf(name));

    private List<string> Entries() => [.. _host.Image.List("loader/entries").Order(StringComparer.Ordinal)];

    private void Variable(string name, string value) => File.WriteAllBytes(
        _directory.File(name + "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"), [7, 0, 0, 0, .. Encoding.Unicode.GetBytes(value)]);

    private async Task WriteAsync(Func<BootState, BootState> change) => await _host.Environment.WriteAsync(change(await ReadAsync()));

    private Task<BootState> ReadAsync() => _host.Environment.ReadAsync(CancellationToken.None);
}
