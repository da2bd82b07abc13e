using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Tests.Files.Contract;

/// <summary>What durable files rely on. The host's file systems keep it, and so does the simulated one that crash tests run on.</summary>
public abstract class FileSystemContract
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Directory = Private | UnixFileMode.UserExecute;

    private DurableFiles Files => new(System);

    protected abstract IFileSystem System { get; }

    /// <summary>An empty directory.</summary>
    protected abstract string Root { get; }

    [Fact]
    public async Task Write_NewAndAgain_ReplacesTheWholeFile()
    {
        await Files.WriteAsync(At("f"), "longer than what follows"u8.ToArray());
        await Files.WriteAsync(At("f"), "new"u8.ToArray(), UnixFileMode.UserRead);

        Assert.Equal("new", Text("f"));
        Assert.Equal(UnixFileMode.UserRead, System.Find(At("f"))!.Value.Permissions);
        Assert.Equal([At("f")], System.List(Root));
    }

    [Fact]
    public async Task WriteIfChanged_TheSame_LeavesItAndSaysSo()
    {
        Assert.True(await Files.WriteIfChangedAsync(At("f"), "x"u8.ToArray(), Private));
        var inode = System.Find(At("f"))!.Value.Inode;

        Assert.False(await Files.WriteIfChangedAsync(At("f"), "x"u8.ToArray(), Private));
        Assert.Equal(inode, System.Find(At("f"))!.Value.Inode);
        Assert.True(await Files.WriteIfChangedAsync(At("f"), "y"u8.ToArray(), Private));
    }

    [Fact]
    public async Task Write_LeftoverOfADeadWriter_IsNoObstacle()
    {
        System.CreateTemporary(At(".f.unbounded-tmp"), At("other")).Dispose();
        await Files.WriteAsync(At(".f.unbounded-tmp"), "leftover"u8.ToArray());

        await Files.WriteAsync(At("f"), "whole"u8.ToArray());

        Assert.Equal("whole", Text("f"));
        Assert.Equal([At("f")], System.List(Root));
    }

    [Fact]
    public async Task Write_WithoutItsDirectory_SaysNotFound() =>
        await FailsAsync(LinuxErrors.NotFound, () => Files.WriteAsync(At("none/f"), "x"u8.ToArray()));

    [Fact]
    public async Task Delete_ThereAndGone_SaysWhich()
    {
        await Files.WriteAsync(At("f"), "x"u8.ToArray());

        Assert.True(await Files.DeleteAsync(At("f")));
        Assert.False(await Files.DeleteAsync(At("f")));
        Assert.False(await Files.DeleteAsync(At("none/f")));
        Assert.Null(System.Find(At("f")));
    }

    [Fact]
    public async Task Rename_OntoAFile_OnlyWhereThatIsWanted()
    {
        await Files.WriteAsync(At("a"), "a"u8.ToArray());
        await Files.WriteAsync(At("b"), "b"u8.ToArray());

        await FailsAsync(LinuxErrors.AlreadyExists, () => Files.RenameAsync(At("a"), At("b")));
        await Files.RenameAsync(At("a"), At("b"), replace: true);

        Assert.Equal("a", Text("b"));
        Assert.Equal([At("b")], System.List(Root));
        await FailsAsync(LinuxErrors.NotFound, () => Files.RenameAsync(At("a"), At("c")));
    }

    [Fact]
    public async Task Rename_OfADirectory_TakesItsContentAlong()
    {
        Files.CreateDirectory(At("from/x"), Directory);
        await Files.WriteAsync(At("from/x/f"), "x"u8.ToArray());
        Files.CreateDirectory(At("to"), Directory);

        await Files.RenameAsync(At("from/x"), At("to/y"));

        Assert.Equal("x", Text("to/y/f"));
        Assert.Empty(System.List(At("from")));
    }

    [Fact]
    public void CreateDirectory_WithParents_ThenAgain_SaysWhetherItDid()
    {
        Assert.True(Files.CreateDirectory(At("a/b"), Directory));
        Assert.False(Files.CreateDirectory(At("a/b"), Directory));

        Assert.True(System.IsDirectory(At("a/b")));
        Assert.Equal(Directory, System.Find(At("a/b"))!.Value.Permissions);
        Assert.Equal([At("a")], System.List(Root));
    }

    [Fact]
    public void CreateDirectory_LeftoverOfADeadRun_IsTakenOver()
    {
        System.MakeDirectory(At(".a.unbounded-tmp"), Directory, owner: null);
        System.MakeDirectory(At(".a.unbounded-tmp/made-after-a-rename-that-was-lost"), Directory, owner: null);

        Assert.True(Files.CreateDirectory(At("a"), Directory));

        Assert.Equal([At("a")], System.List(Root));
    }

    // A power cut may take the first rename of a path, keep what was made below it, and a second cut the removal of that.
    [Theory]
    [InlineData("a")]
    [InlineData("a/b/c")]
    public void CreateDirectory_ThereByAnotherWay_RemovesWhatIsHalfMadeAllAlongThePath(string path)
    {
        Files.CreateDirectory(At(path), Directory);
        Files.CreateDirectory(At(".a.unbounded-tmp/b"), Directory);
        using (var half = System.CreateTemporary(At(".a.unbounded-tmp/b/.f.unbounded-tmp"), At(".a.unbounded-tmp/b/f")))
        {
            half.MoveToTarget();
        }

        Assert.False(Files.CreateDirectory(At(path), Directory));

        Assert.Equal([At("a")], System.List(Root));
        Assert.True(System.IsDirectory(At(path)));
    }

    [Fact]
    public async Task Delete_WhatADeadWriterLeft_GoesWithIt()
    {
        await Files.WriteAsync(At("f"), "x"u8.ToArray());
        await LeaveHalfWrittenAsync("f");
        await LeaveHalfWrittenAsync("never-written");
        System.MakeLink(At(".l.unbounded-tmp"), "anywhere");
        await LeaveHalfWrittenAsync("another's");

        Assert.True(await Files.DeleteAsync(At("f")));
        Assert.False(await Files.DeleteAsync(At("never-written")));
        Assert.False(await Files.DeleteAsync(At("l")));

        Assert.Equal([At(".another's.unbounded-tmp")], System.List(Root));
    }

    [Fact]
    public async Task WriteIfChanged_TheSameWithALeftover_RemovesThat()
    {
        await Files.WriteAsync(At("f"), "x"u8.ToArray(), Private);
        await LeaveHalfWrittenAsync("f");

        Assert.False(await Files.WriteIfChangedAsync(At("f"), "x"u8.ToArray(), Private));

        Assert.Equal([At("f")], System.List(Root));
    }

    [Fact]
    public async Task SetLink_TheSameWithALeftover_RemovesThat()
    {
        await Files.SetLinkAsync(At("l"), "/one");
        System.MakeLink(At(".l.unbounded-tmp"), "/two");

        Assert.False(await Files.SetLinkAsync(At("l"), "/one"));

        Assert.Equal([At("l")], System.List(Root));
    }

    [Fact]
    public void RemoveTemporary_NothingThere_IsNoError() => System.RemoveTemporary(At(".none.unbounded-tmp"));

    [Fact]
    public async Task CreateDirectory_AFileInTheWay_IsRefusedAndLeavesNothing()
    {
        await Files.WriteAsync(At("a"), "x"u8.ToArray());

        Assert.Equal(LinuxErrors.AlreadyExists, Assert.Throws<AgentException>(() => Files.CreateDirectory(At("a"), Directory)).Code);
        Assert.Equal([At("a")], System.List(Root));
    }

    [Fact]
    public async Task SetLink_NewMovedAndOverALeftover_SaysItsTarget()
    {
        System.MakeLink(At(".l.unbounded-tmp"), "leftover");

        Assert.True(await Files.SetLinkAsync(At("l"), "/one"));
        Assert.True(await Files.SetLinkAsync(At("l"), "/two"));
        Assert.False(await Files.SetLinkAsync(At("l"), "/two"));

        Assert.Equal("/two", System.ReadLink(At("l")));
        Assert.Equal(FileKind.SymbolicLink, System.Find(At("l"))!.Value.Type);
        Assert.Equal([At("l")], System.List(Root));
        Assert.Null(System.ReadLink(At("none")));
    }

    [Fact]
    public async Task RemoveTree_WithContent_LeavesNothing()
    {
        Files.CreateDirectory(At("t/a/b"), Directory);
        await Files.WriteAsync(At("t/a/f"), "x"u8.ToArray());
        await Files.SetLinkAsync(At("t/l"), "a");

        await Files.RemoveTreeAsync(At("t"), CancellationToken.None);
        await Files.RemoveTreeAsync(At("t"), CancellationToken.None);

        Assert.Empty(System.List(Root));
    }

    [Fact]
    public async Task RemoveDirectory_ThatIsNotEmpty_IsRefused()
    {
        Files.CreateDirectory(At("d"), Directory);
        await Files.WriteAsync(At("d/f"), "x"u8.ToArray());

        Assert.Equal(LinuxErrors.AlreadyExists, Assert.Throws<AgentException>(() => System.RemoveDirectory(At("d"))).Code);
        Assert.False(System.RemoveDirectory(At("none")));
    }

    [Fact]
    public async Task Read_BoundedAndMissing_IsAsAsked()
    {
        await Files.WriteAsync(At("f"), "four"u8.ToArray());

        Assert.Equal("four"u8.ToArray(), System.Read(At("f"), 4));
        Assert.Equal(LinuxErrors.FileTooLarge, Assert.Throws<AgentException>(() => System.Read(At("f"), 3)).Code);
        Assert.Null(System.Read(At("none"), 10));
        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => System.Read(Root, 10)).Code);
    }

    [Fact]
    public void OpenRoot_WriteLinkAndDelete_StayInIt()
    {
        Files.CreateDirectory(At("root"), Directory);
        using (var root = System.OpenRoot(At("root")))
        {
            root.Write("/f", "x"u8, Private);
            root.Write("/f", "y"u8, Private);
            root.Link("/l", "/f");
            root.MakeDirectory("/d");

            Assert.True(root.Exists("/f"));
            Assert.Equal("y"u8.ToArray(), root.TryRead("/f", 10));
            Assert.Equal(["d", "f", "l"], root.List("/").Order(StringComparer.Ordinal));
            root.Delete("/f");
            Assert.Null(root.TryRead("/f", 10));
        }

        Assert.Equal("/f", System.ReadLink(At("root/l")));
        Assert.Throws<AgentException>(() => System.OpenRoot(At("none")));
    }

    [Fact]
    public async Task RunAsync_Cancelled_DoesNotBegin()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Files.WriteAsync(At("f"), "x"u8.ToArray(), cancellationToken: cancelled.Token));

        Assert.Empty(System.List(Root));
    }

    private static async Task FailsAsync(ErrorCode code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<AgentException>(act)).Code);

    // As a writer leaves it that dies before its rename.
    private async Task LeaveHalfWrittenAsync(string name)
    {
        await Files.WriteAsync(At("half"), "ha"u8.ToArray());
        await Files.RenameAsync(At("half"), At($".{name}.unbounded-tmp"));
    }

    private string At(string name) => $"{Root}/{name}";

    private string Text(string name) => Encoding.UTF8.GetString(System.Read(At(name), 1000)!);
}
