using System.Text;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Host;

/// <summary>What every <see cref="IHostFiles"/> does, the simulated one included.</summary>
public abstract class HostFilesContract
{
    private const UnixFileMode Mode644 = (UnixFileMode)0b110_100_100;
    private const UnixFileMode Mode755 = (UnixFileMode)0b111_101_101;
    private static readonly CancellationToken None = CancellationToken.None;

    protected abstract IHostFiles Files { get; }

    protected abstract void AddLink(string path, string target);

    [Fact]
    public async Task Stat_NothingThere_IsNull() => Assert.Null(await Files.StatAsync("/etc/none", None));

    [Fact]
    public async Task Write_NewFile_HasContentModeAndDigest()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        await Files.WriteAsync("/etc/a", HostContent.Of("hello"), Mode644, None);
        Assert.Equal("hello", await TextAsync("/etc/a"));
        Assert.Equal(new HostFileInfo(HostFileKind.File, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", Mode644), await Files.StatAsync("/etc/a", None));
    }

    [Fact]
    public async Task Write_OverALink_ReplacesTheLinkAndNotItsTarget()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        await Files.WriteAsync("/etc/target", HostContent.Of("target"), Mode644, None);
        AddLink("/etc/link", "/etc/target");
        Assert.Equal(HostFileKind.Link, (await Files.StatAsync("/etc/link", None))!.Kind);
        await Files.WriteAsync("/etc/link", HostContent.Of("new"), Mode644, None);
        Assert.Equal(("new", "target"), (await TextAsync("/etc/link"), await TextAsync("/etc/target")));
    }

    [Fact]
    public async Task SetDirectoryMode_ExistingDirectory_GetsItAndKeepsWhatIsInIt()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        await Files.WriteAsync("/etc/a", HostContent.Of("kept"), Mode644, None);
        await Files.SetDirectoryModeAsync("/etc", (UnixFileMode)0b111_000_000, None);
        Assert.Equal((UnixFileMode)0b111_000_000, (await Files.StatAsync("/etc", None))!.Mode);
        Assert.Equal("kept", await TextAsync("/etc/a"));
    }

    [Fact]
    public async Task KeepAndRestore_File_BringsBackTheVerySame()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        await Files.WriteAsync("/etc/a", HostContent.Of("theirs"), (UnixFileMode)0b100_000_000, None);
        var before = await Files.StatAsync("/etc/a", None);
        await Files.KeepAsync("/etc/a", "/etc/.a.kept", None);
        await Files.WriteAsync("/etc/a", HostContent.Of("ours"), Mode644, None);
        await Files.KeepAsync("/etc/a", "/etc/.a.kept", None);
        await Files.RestoreAsync("/etc/.a.kept", "/etc/a", None);
        Assert.Equal(before, await Files.StatAsync("/etc/a", None));
        Assert.Equal(["a"], await Files.ListAsync("/etc", None));
    }

    [Fact]
    public async Task KeepAndRestore_NothingWrittenInBetween_LeavesOneName()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        await Files.WriteAsync("/etc/a", HostContent.Of("theirs"), Mode644, None);
        await Files.KeepAsync("/etc/a", "/etc/.a.kept", None);
        await Files.RestoreAsync("/etc/.a.kept", "/etc/a", None);
        Assert.Equal(["a"], await Files.ListAsync("/etc", None));
    }

    [Fact]
    public async Task KeepAndRestore_Link_StaysALink()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        AddLink("/etc/a", "/nowhere");
        var before = await Files.StatAsync("/etc/a", None);
        await Files.KeepAsync("/etc/a", "/etc/.a.kept", None);
        await Files.WriteAsync("/etc/a", HostContent.Of("ours"), Mode644, None);
        await Files.RestoreAsync("/etc/.a.kept", "/etc/a", None);
        Assert.Equal(before, await Files.StatAsync("/etc/a", None));
    }

    [Fact]
    public async Task Restore_NothingKept_ChangesNothing()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        await Files.WriteAsync("/etc/a", HostContent.Of("x"), Mode644, None);
        await Files.RestoreAsync("/etc/.a.kept", "/etc/a", None);
        Assert.Equal("x", await TextAsync("/etc/a"));
    }

    [Fact]
    public async Task Delete_ThereOrNot_IsGone()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        await Files.WriteAsync("/etc/a", HostContent.Of("x"), Mode644, None);
        await Files.DeleteAsync("/etc/a", None);
        await Files.DeleteAsync("/etc/a", None);
        Assert.Null(await Files.StatAsync("/etc/a", None));
    }

    [Fact]
    public async Task RemoveEmptyDirectory_EmptyFullAndMissing_TellsWhetherItIsGone()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        await Files.CreateDirectoryAsync("/etc/d", (UnixFileMode)0b111_000_000, None);
        Assert.Equal(new HostFileInfo(HostFileKind.Directory, "", (UnixFileMode)0b111_000_000), await Files.StatAsync("/etc/d", None));
        Assert.False(await Files.RemoveEmptyDirectoryAsync("/etc", None));
        Assert.True(await Files.RemoveEmptyDirectoryAsync("/etc/d", None));
        Assert.True(await Files.RemoveEmptyDirectoryAsync("/etc/d", None));
        Assert.Null(await Files.StatAsync("/etc/d", None));
    }

    [Fact]
    public async Task CreateDirectory_Existing_KeepsItsMode()
    {
        await Files.CreateDirectoryAsync("/etc", (UnixFileMode)0b111_000_000, None);
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        Assert.Equal((UnixFileMode)0b111_000_000, (await Files.StatAsync("/etc", None))!.Mode);
    }

    [Fact]
    public async Task List_Names_AreSortedAndMissingIsEmpty()
    {
        await Files.CreateDirectoryAsync("/etc", Mode755, None);
        foreach (var name in new[] { "b", "a", ".c" })
            await Files.WriteAsync("/etc/" + name, HostContent.Of(name), Mode644, None);
        Assert.Equal([".c", "a", "b"], await Files.ListAsync("/etc", None));
        Assert.Empty(await Files.ListAsync("/none", None));
    }

    [Fact]
    public async Task RemoveTree_WithLinksOut_RemovesTheLinksOnly()
    {
        foreach (var directory in new[] { "/tmp", "/tmp/x", "/tmp/x/y", "/etc" })
            await Files.CreateDirectoryAsync(directory, Mode755, None);
        await Files.WriteAsync("/etc/a", HostContent.Of("stays"), Mode644, None);
        await Files.WriteAsync("/tmp/x/y/f", HostContent.Of("goes"), Mode644, None);
        AddLink("/tmp/x/out", "/etc");
        await Files.RemoveTreeAsync("/tmp/x", None);
        Assert.Null(await Files.StatAsync("/tmp/x", None));
        Assert.Equal("stays", await TextAsync("/etc/a"));
    }

    private async Task<string?> TextAsync(string path) => await Files.ReadAsync(path, None) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
