using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Linux.Tests.Files;

public sealed class DeleteForGoodTests : IDisposable
{
    private readonly TempDirectory _root = new();

    private string Settings => _root.File("kube1.nspawn");

    private string Leftover => _root.File(".kube1.nspawn.unbounded-tmp");

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task DeleteForGoodAsync_FileAndLeftoverOfADeadWriter_BothGo()
    {
        await File.WriteAllTextAsync(Settings, "whole");
        await File.WriteAllTextAsync(Leftover, "ha");

        Assert.True(await DurableFiles.OfHost.DeleteForGoodAsync(Settings));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Path));
    }

    [Fact]
    public async Task DeleteForGoodAsync_OnlyTheLeftover_GoesAndWasNoFile()
    {
        await File.WriteAllTextAsync(Leftover, "ha");

        Assert.False(await DurableFiles.OfHost.DeleteForGoodAsync(Settings));

        Assert.False(File.Exists(Leftover));
    }

    [Fact]
    public async Task DeleteForGoodAsync_SomethingElseOfThatName_Stays()
    {
        Directory.CreateDirectory(Leftover);
        await File.WriteAllTextAsync(_root.File(".kube2.nspawn.unbounded-tmp"), "another's");

        Assert.False(await DurableFiles.OfHost.DeleteForGoodAsync(Settings));

        Assert.Equal(2, Directory.EnumerateFileSystemEntries(_root.Path).Count());
    }
}
