using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Tests.Support;
using static Unbounded.Agent.Linux.Tests.Network.NetworkNamespace;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Host;

/// <summary>Real files below a directory.</summary>
public sealed class HostFilesTests : HostFilesContract, IDisposable
{
    private readonly TemporaryRoot _root = new();

    public HostFilesTests() => Files = new HostFiles(_root.Path);

    protected override IHostFiles Files { get; }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task KeepAndRestore_OwnerTimesAndAttributes_ComeBackWithTheInode()
    {
        var path = _root.Write("/etc/a", "theirs");
        Command("chown", "1234:4321", path);
        Command("setfattr", "-n", "user.note", "-v", "theirs", path);
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        var before = Status(path);
        await Files.KeepAsync("/etc/a", "/etc/.a.kept", CancellationToken.None);
        await Files.WriteAsync("/etc/a", HostContent.Of("ours"), (UnixFileMode)0b110_100_100, CancellationToken.None);
        Assert.NotEqual(before, Status(path));
        await Files.RestoreAsync("/etc/.a.kept", "/etc/a", CancellationToken.None);
        Assert.Equal(before, Status(path));
        Assert.Contains("theirs", Command("getfattr", "-d", path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/run/sealed/file")]
    [InlineData("/run/sealed/missing/directories/file")]
    public async Task DemandWritable_FileSystemIsReadOnly_SaysWhichBeforeAnythingIsWritten(string path)
    {
        var at = Directory.CreateDirectory(Path.Join(_root.Path, "/run/sealed")).FullName;
        Command("mount", "-t", "tmpfs", "-o", "ro", "sealed", at);
        try
        {
            var refused = await Assert.ThrowsAsync<AgentException>(() => Files.DemandWritableAsync(path, CancellationToken.None));
            Assert.Equal(LinuxErrors.ReadOnlyFileSystem, refused.Code);
            Assert.StartsWith($"{_root.Path}{path} ", refused.What, StringComparison.Ordinal);
            await Files.DemandWritableAsync("/run/elsewhere/file", CancellationToken.None);
        }
        finally
        {
            Command("umount", "-l", at);
        }
    }

    [Fact]
    public async Task Delete_AfterAWriteThatWasCutOff_TakesItsTemporaryFileToo()
    {
        _root.Write("/etc/.a.unbounded-tmp", "half");
        await Files.DeleteAsync("/etc/a", CancellationToken.None);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Path + "/etc"));
    }

    [Fact]
    public async Task Write_CopyOfTheRunningExecutable_IsTheSameBytes()
    {
        Directory.CreateDirectory(_root.Path + "/bin");
        var content = HostContent.CopyOf("/proc/self/exe");
        await Files.WriteAsync("/bin/agent", content, (UnixFileMode)0b111_101_101, CancellationToken.None);
        Assert.Equal(await content.DigestAsync(CancellationToken.None), (await Files.StatAsync("/bin/agent", CancellationToken.None))!.Digest);
    }

    [Fact]
    public async Task Remove_WhatIsGoneAlreadyAndWasHalfMade_LeavesNothing()
    {
        _root.Write("/tmp/.x.unbounded-tmp/made", "");
        Assert.True(await Files.RemoveEmptyDirectoryAsync("/tmp/x", CancellationToken.None));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Path + "/tmp"));

        _root.Write("/tmp/.x.unbounded-tmp/made", "");
        await Files.RemoveTreeAsync("/tmp/x", CancellationToken.None);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Path + "/tmp"));

        Assert.True(await Files.RemoveEmptyDirectoryAsync("/none/x", CancellationToken.None));
    }

    [Fact]
    public async Task RemoveTree_OfAnotherUser_IsRefused()
    {
        _root.Write("/tmp/x/f", "");
        Command("chown", "1234", _root.Path + "/tmp/x");
        var error = await Assert.ThrowsAsync<AgentException>(() => Files.RemoveTreeAsync("/tmp/x", CancellationToken.None));
        Assert.Equal(MachinesErrors.HostFileRefused, error.Code);
        Assert.True(File.Exists(_root.Path + "/tmp/x/f"));
    }

    [Fact]
    public async Task RemoveTree_LinkInItsPlace_IsLeftAlone()
    {
        _root.Write("/etc/a", "stays");
        Directory.CreateDirectory(_root.Path + "/tmp");
        AddLink("/tmp/x", "/etc");
        await Files.RemoveTreeAsync("/tmp/x", CancellationToken.None);
        Assert.True(File.Exists(_root.Path + "/etc/a"));
    }

    [Fact]
    public async Task Stat_RelativePath_IsRefused() => await Assert.ThrowsAsync<ArgumentException>(() => Files.StatAsync("etc", CancellationToken.None));

    // The change time is the kernel's own and tells that the name came and went.
    private static FileStatus? Status(string path) => FileStatus.TryGet(path)!.Value with { ChangeSeconds = 0, ChangeNanoseconds = 0 };

    protected override void AddLink(string path, string target) =>
        File.CreateSymbolicLink(_root.Path + path, target.StartsWith("/nowhere", StringComparison.Ordinal) ? target : _root.Path + target);
}
