using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Linux.Tests.Files;
using Unbounded.Agent.Linux.Tests.Support;

namespace Unbounded.Agent.Linux.Tests.Locks;

public sealed class DirectoryLockTests : IDisposable
{
    private const int ExclusiveWithoutWaiting = 2 | 4;
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Take_Held_KeepsOthersOut()
    {
        using var held = DirectoryLock.Take(_directory.Path);

        Assert.False(OthersMayEnter());
    }

    [Fact]
    public void Dispose_Held_LetsOthersIn()
    {
        DirectoryLock.Take(_directory.Path).Dispose();

        Assert.True(OthersMayEnter());
    }

    // What a process that is being started has between its fork and its exec.
    [Fact]
    public void Dispose_ACopyOfTheDescriptorIsOpen_StillLetsOthersIn()
    {
        var held = DirectoryLock.Take(_directory.Path);
        using var copy = Descriptors.CopyOf(_directory.Path);
        held.Dispose();

        Assert.True(OthersMayEnter());
    }

    [Fact]
    public async Task Take_HeldBySomeoneElse_WaitsForItsTurn()
    {
        var first = DirectoryLock.Take(_directory.Path);
        var begun = new TaskCompletionSource();
        var second = Task.Run(() =>
        {
            begun.SetResult();
            return DirectoryLock.Take(_directory.Path);
        });
        await begun.Task;
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second).Dispose();
    }

    [Fact]
    public async Task Take_Cancelled_StopsWaiting()
    {
        using var held = DirectoryLock.Take(_directory.Path);
        using var stop = new CancellationTokenSource();
        var waiting = Task.Run(() => DirectoryLock.Take(_directory.Path, stop.Token));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(OthersMayEnter());
    }

    [Fact]
    public void Take_HeldBySomeoneWhoHangs_IsACodedErrorInTheEnd()
    {
        using var held = DirectoryLock.Take(_directory.Path);

        var error = Assert.Throws<AgentException>(() => DirectoryLock.Take(_directory.Path));

        Assert.Equal(LinuxErrors.Locked, error.Code);
        Assert.Contains(_directory.Path, error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_NoSuchDirectory_IsACodedError() =>
        Assert.Equal(LinuxErrors.NotFound, Assert.Throws<AgentException>(() => DirectoryLock.Take(_directory.File("none"))).Code);

    [Fact]
    public void Take_AFile_IsACodedError()
    {
        File.WriteAllText(_directory.File("file"), "");

        Assert.Equal(LinuxErrors.WrongFileType, Assert.Throws<AgentException>(() => DirectoryLock.Take(_directory.File("file"))).Code);
    }

    [Fact]
    public void Take_DirectoryThatEverybodyMayOpen_BecomesItsOwnersAlone()
    {
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);

        using var held = DirectoryLock.Take(_directory.Path);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_directory.Path));
    }

    private bool OthersMayEnter()
    {
        using var other = KernelFile.Open(_directory.Path, OpenFlags.ReadOnly | OpenFlags.Directory);
        return Libc.FLock(other, ExclusiveWithoutWaiting) == 0 || Marshal.GetLastPInvokeError() != Errno.EAGAIN;
    }
}
