using System.Text;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Core.Tests.Configuration.Applied;

public sealed class AppliedConfigFilesTests
{
    private const string Directory = "/etc/unbounded/agent";
    private const UnixFileMode Mode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly SlotName Kube1 = new("kube1");
    private static readonly SlotName Kube2 = new("kube2");
    private static readonly byte[] Old = AppliedConfig.Serialize(TestConfig.Parsed(TestConfig.Standalone()));
    private static readonly byte[] New = AppliedConfig.Serialize(TestConfig.Parsed(TestConfig.Minimal()));
    private readonly MemoryStore _store = new();

    private AppliedConfigFiles Files => new(_store, Directory, [Kube1, Kube2]);

    [Fact]
    public async Task EnsureAsync_Fresh_WritesConfigAndSidecar0600()
    {
        Assert.True(await Files.EnsureAsync(Kube1, Old, default));
        Assert.Equal([$"{Directory}/kube1-applied-config.json", $"{Directory}/kube1-applied-config.json.sha256"], _store.Files.Keys);
        Assert.All(_store.Files.Values, f => Assert.Equal(Mode0600, f.Mode));
        Assert.Equal(Old, _store.Files[Files.PathOf(Kube1)].Content);
        Assert.Equal(AppliedConfig.Sidecar(Old), _store.Files[Files.SidecarPathOf(Kube1)].Content);
    }

    [Fact]
    public async Task EnsureAsync_UnchangedFiles_AreNotWritten()
    {
        await Files.EnsureAsync(Kube1, Old, default);
        var before = _store.Effects;
        Assert.False(await Files.EnsureAsync(Kube1, Old, default));
        Assert.Equal(before, _store.Effects);
    }

    [Fact]
    public async Task EnsureAsync_WrongModeOnly_IsCorrectedWithoutTouchingTheSidecar()
    {
        await Files.EnsureAsync(Kube1, Old, default);
        var (content, _, written) = _store.Files[Files.PathOf(Kube1)];
        _store.Files[Files.PathOf(Kube1)] = (content, Mode0600 | UnixFileMode.OtherRead, written);
        var sidecar = _store.Files[Files.SidecarPathOf(Kube1)].Written;
        Assert.True(await Files.EnsureAsync(Kube1, Old, default));
        Assert.Equal(Mode0600, _store.Files[Files.PathOf(Kube1)].Mode);
        Assert.Equal(sidecar, _store.Files[Files.SidecarPathOf(Kube1)].Written);
    }

    [Fact]
    public async Task EnsureAsync_OtherSlot_LosesItsFiles()
    {
        await Files.EnsureAsync(Kube1, Old, default);
        await Files.EnsureAsync(Kube2, New, default);
        Assert.Equal([Files.PathOf(Kube2), Files.SidecarPathOf(Kube2)], _store.Files.Keys);
    }

    [Fact]
    public async Task EnsureAsync_DamagedOrMissingFiles_AreRepaired()
    {
        await Files.EnsureAsync(Kube1, Old, default);
        foreach (var path in new[] { Files.PathOf(Kube1), Files.SidecarPathOf(Kube1) })
        {
            _store.Files[path] = (Encoding.ASCII.GetBytes("damaged"), Mode0600, 0);
            Assert.True(await Files.EnsureAsync(Kube1, Old, default));
            _store.Files.Remove(path);
            Assert.True(await Files.EnsureAsync(Kube1, Old, default));
            Assert.True((await Files.DiscoverAsync(default))!.Applied.Verified);
        }
    }

    public static TheoryData<string, bool> Changes { get; } = new() { { "kube1", false }, { "kube2", false }, { "kube1", true }, { "kube2", true } };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Law01_PowerCutAfterEveryEffect_NeverLeavesAMismatchAndIsRepaired(string slot, bool cutAgain)
    {
        for (var cut = 0; ; cut++)
        {
            _store.Files.Clear();
            _store.CutBefore = null;
            await Files.EnsureAsync(Kube1, Old, default);
            var ended = await RunCut(slot, cut);
            AssertNoMismatch();
            if (cutAgain && !ended)
            {
                ended = await RunCut(slot, 1);
                AssertNoMismatch();
            }

            _store.CutBefore = null;
            await Files.EnsureAsync(new SlotName(slot), New, default);
            var found = await Files.DiscoverAsync(default);
            Assert.Equal(slot, found!.Slot.Value);
            Assert.True(found.Applied.Verified);
            Assert.Equal(New, found.Applied.Bytes.ToArray());
            if (cut > 12)
                return;
            Assert.True(ended || cut < 6);
        }
    }

    [Fact]
    public async Task RemoveAllAsync_LeavesNothing()
    {
        await Files.EnsureAsync(Kube1, Old, default);
        _store.Files[Files.SidecarPathOf(Kube2)] = ([], Mode0600, 0);
        await Files.RemoveAllAsync(default);
        Assert.Empty(_store.Files);
    }

    [Fact]
    public async Task DiscoverAsync_FreshHost_IsNull()
    {
        Assert.Null(await Files.DiscoverAsync(default));
        _store.Files[Files.SidecarPathOf(Kube1)] = (AppliedConfig.Sidecar(Old), Mode0600, 0);
        Assert.Null(await Files.DiscoverAsync(default));
    }

    [Fact]
    public async Task DiscoverAsync_OneConfig_IsAdoptedByteForByte()
    {
        _store.Files[Files.PathOf(Kube2)] = (Old, Mode0600, 0);
        var found = await Files.DiscoverAsync(default);
        Assert.Equal(Kube2, found!.Slot);
        Assert.False(found.Applied.Verified);
        Assert.Equal(Old, found.Applied.Bytes.ToArray());
        Assert.Equal(0, _store.Effects);
    }

    [Fact]
    public async Task DiscoverAsync_TwoConfigs_IsAnErrorThatSaysWhatToDo()
    {
        _store.Files[Files.PathOf(Kube1)] = (Old, Mode0600, 0);
        _store.Files[Files.PathOf(Kube2)] = (New, Mode0600, 0);
        var error = await Assert.ThrowsAsync<Core.Errors.AgentException>(() => Files.DiscoverAsync(default));
        Assert.Equal(CoreErrors.AppliedConfigAmbiguous, error.Code);
        Assert.Contains(Files.PathOf(Kube1), error.Why, StringComparison.Ordinal);
        Assert.Contains(Files.PathOf(Kube2), error.Why, StringComparison.Ordinal);
        Assert.Contains("start again", error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DiscoverAsync_Mismatch_IsAnError()
    {
        _store.Files[Files.PathOf(Kube1)] = (Old, Mode0600, 0);
        _store.Files[Files.SidecarPathOf(Kube1)] = (AppliedConfig.Sidecar(New), Mode0600, 0);
        Assert.Equal(CoreErrors.AppliedConfigMismatch, (await Assert.ThrowsAsync<Core.Errors.AgentException>(() => Files.DiscoverAsync(default))).Code);
    }

    private async Task<bool> RunCut(string slot, int effects)
    {
        _store.CutBefore = _store.Effects + effects;
        try
        {
            await Files.EnsureAsync(new SlotName(slot), New, default);
            return true;
        }
        catch (PowerCutException)
        {
            return false;
        }
    }

    private void AssertNoMismatch()
    {
        var configs = new[] { Kube1, Kube2 }.Where(s => _store.Files.ContainsKey(Files.PathOf(s))).ToList();
        Assert.NotEmpty(configs);
        foreach (var slot in configs)
        {
            var sidecar = _store.Files.TryGetValue(Files.SidecarPathOf(slot), out var file) ? file.Content : null;
            AppliedConfig.Load(Files.PathOf(slot), _store.Files[Files.PathOf(slot)].Content, sidecar);
        }
    }
}
