using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Tests.Files;
using Unbounded.Agent.Linux.Tests.Support;
using Unbounded.Agent.Linux.Watching;

namespace Unbounded.Agent.Linux.Tests.Watching;

// A process that another test starts holds for a moment, between its fork and its exec, what is open here: the kernel says that a file was closed when the
// last one has closed it.
[Collection(Alone.Name)]
public sealed class FileWatcherTests : IDisposable
{
    private readonly WatcherScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task WatchFile_WrittenInPlace_IsSaid()
    {
        await File.WriteAllTextAsync(_scene.Path("machine.yaml"), "old");
        var changes = _scene.WatchFile("machine.yaml");

        await File.WriteAllTextAsync(_scene.Path("machine.yaml"), "new");
        await _scene.SettleAsync();

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_SavedAsVimDoes_IsSaidOnce()
    {
        await File.WriteAllTextAsync(_scene.Path("machine.yaml"), "old");
        var changes = _scene.WatchFile("machine.yaml");

        // a swap file, the old one renamed to a backup, a new one under the old name, the backup removed
        await File.WriteAllTextAsync(_scene.Path(".machine.yaml.swp"), "");
        File.Move(_scene.Path("machine.yaml"), _scene.Path("machine.yaml~"));
        await File.WriteAllTextAsync(_scene.Path("machine.yaml"), "new");
        File.Delete(_scene.Path("machine.yaml~"));
        File.Delete(_scene.Path(".machine.yaml.swp"));
        await _scene.SettleAsync();

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_RenamedOver_IsSaidEachTime()
    {
        var changes = _scene.WatchFile("machine.yaml");

        for (var edit = 1; edit <= 3; edit++)
        {
            await File.WriteAllTextAsync(_scene.Path("machine.yaml.new"), "new");
            File.Move(_scene.Path("machine.yaml.new"), _scene.Path("machine.yaml"), overwrite: true);
            await _scene.SettleAsync();
            Assert.Equal(edit, changes.Count);
        }
    }

    [Fact]
    public async Task WatchFile_HalfWritten_IsSaidOnlyWhenItsWriterHasClosedIt()
    {
        var changes = _scene.WatchFile("machine.yaml");
        await using (var writer = new StreamWriter(_scene.Path("machine.yaml")))
        {
            await writer.WriteAsync("half");
            await writer.FlushAsync();
            await _scene.SettleAsync();
            Assert.Equal(0, changes.Count);
        }

        await _scene.SettleAsync();
        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_HardLinkedIntoPlace_IsSaid()
    {
        var changes = _scene.WatchFile("machine.yaml");

        await File.WriteAllTextAsync(_scene.Path("other"), "new");
        TempDirectory.Run("ln", _scene.Path("other"), _scene.Path("machine.yaml"));
        await _scene.SettleAsync();

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_Removed_IsSaid()
    {
        await File.WriteAllTextAsync(_scene.Path("machine.yaml"), "old");
        var changes = _scene.WatchFile("machine.yaml");

        File.Delete(_scene.Path("machine.yaml"));
        await _scene.SettleAsync();

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_OnlyReadOrItsNeighbourWritten_IsNotSaid()
    {
        await File.WriteAllTextAsync(_scene.Path("machine.yaml"), "old");
        var changes = _scene.WatchFile("machine.yaml");

        await File.ReadAllTextAsync(_scene.Path("machine.yaml"));
        await File.WriteAllTextAsync(_scene.Path("machine.yaml.bak"), "x");
        await _scene.SettleAsync();

        Assert.Equal(0, changes.Count);
    }

    [Fact]
    public async Task WatchFile_InADirectoryMadeLater_IsSaid()
    {
        var changes = _scene.WatchFile("a/b/machine.yaml");

        Directory.CreateDirectory(_scene.Path("a"));
        await _scene.SettleAsync();
        Assert.Equal(0, changes.Count);
        Directory.CreateDirectory(_scene.Path("a/b"));
        await _scene.SettleAsync();
        var made = changes.Count;
        await File.WriteAllTextAsync(_scene.Path("a/b/machine.yaml"), "new");
        await _scene.SettleAsync();

        Assert.Equal(made + 1, changes.Count);
    }

    // Each directory is made while the watcher looks for the nearest that exists.
    [Fact]
    public async Task WatchFile_DirectoriesMadeWhileTheWatcherLooks_IsAlwaysSaid()
    {
        using var watcher = new FileWatcher(TimeProvider.System, TimeSpan.Zero);
        for (var round = 0; round < 500; round++)
        {
            var path = _scene.Path($"{round}/a/b/c/d/e/machine.yaml");
            var there = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var watch = watcher.WatchFile(path, () =>
            {
                if (File.Exists(path))
                    there.TrySetResult();
            });

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "new");

            await there.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task WatchFile_DirectoryMovedAwayAndMadeAgain_IsStillSaid()
    {
        Directory.CreateDirectory(_scene.Path("etc"));
        var changes = _scene.WatchFile("etc/machine.yaml");

        Directory.Move(_scene.Path("etc"), _scene.Path("etc.old"));
        Directory.CreateDirectory(_scene.Path("etc"));
        await _scene.SettleAsync();
        var replaced = changes.Count;
        await File.WriteAllTextAsync(_scene.Path("etc/machine.yaml"), "new");
        await _scene.SettleAsync();

        Assert.Equal(1, replaced);
        Assert.Equal(2, changes.Count);
    }

    [Fact]
    public async Task WatchFile_DirectoryRemoved_IsSaid()
    {
        Directory.CreateDirectory(_scene.Path("etc"));
        await File.WriteAllTextAsync(_scene.Path("etc/machine.yaml"), "old");
        var changes = _scene.WatchFile("etc/machine.yaml");

        Directory.Delete(_scene.Path("etc"), recursive: true);
        await _scene.SettleAsync();

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_ALinkToAFileElsewhere_FollowsIt()
    {
        Directory.CreateDirectory(_scene.Path("elsewhere"));
        await File.WriteAllTextAsync(_scene.Path("elsewhere/real.yaml"), "old");
        File.CreateSymbolicLink(_scene.Path("machine.yaml"), _scene.Path("elsewhere/real.yaml"));
        var changes = _scene.WatchFile("machine.yaml");

        await File.WriteAllTextAsync(_scene.Path("elsewhere/real.yaml"), "new");
        await _scene.SettleAsync();

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_OfAMountedConfigMap_IsSaidWhenItsDataLinkIsReplaced()
    {
        Directory.CreateDirectory(_scene.Path("..1"));
        await File.WriteAllTextAsync(_scene.Path("..1/machine.yaml"), "old");
        File.CreateSymbolicLink(_scene.Path("..data"), "..1");
        File.CreateSymbolicLink(_scene.Path("machine.yaml"), "..data/machine.yaml");
        var changes = _scene.WatchFile("machine.yaml");

        Directory.CreateDirectory(_scene.Path("..2"));
        await File.WriteAllTextAsync(_scene.Path("..2/machine.yaml"), "new");
        File.CreateSymbolicLink(_scene.Path("..data_tmp"), "..2");
        TempDirectory.Run("mv", "-T", _scene.Path("..data_tmp"), _scene.Path("..data"));
        await _scene.SettleAsync();

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_ADanglingOrCircularLink_IsNoError()
    {
        File.CreateSymbolicLink(_scene.Path("machine.yaml"), "machine.yaml");
        var changes = _scene.WatchFile("machine.yaml");

        File.Delete(_scene.Path("machine.yaml"));
        await _scene.SettleAsync();

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public async Task WatchFile_ThatTheKernelRefusesLater_IsSaidAndTriedAgainUntilItStands()
    {
        var changes = _scene.WatchFile("etc/machine.yaml");

        // A directory that is a link to itself can't be watched.
        File.CreateSymbolicLink(_scene.Path("etc"), "etc");
        await _scene.SettleAsync();
        Assert.Equal(1, changes.Count);
        _scene.Time.Advance(FileWatcher.RetryAfter);
        Assert.Equal(2, changes.Count);

        File.Delete(_scene.Path("etc"));
        Directory.CreateDirectory(_scene.Path("etc"));
        _scene.Time.Advance(FileWatcher.RetryAfter);
        Assert.Equal(3, changes.Count);

        await File.WriteAllTextAsync(_scene.Path("etc/machine.yaml"), "new");
        await _scene.SettleAsync();
        _scene.Time.Advance(FileWatcher.RetryAfter * 10);
        Assert.Equal(4, changes.Count);
    }

    [Fact]
    public async Task WatchFile_BesideOneThatTheKernelRefuses_IsStillSaid()
    {
        _scene.WatchFile("etc/machine.yaml");
        var other = _scene.WatchFile("other");

        File.CreateSymbolicLink(_scene.Path("etc"), "etc");
        await File.WriteAllTextAsync(_scene.Path("other"), "new");
        await _scene.SettleAsync();

        Assert.Equal(1, other.Count);
    }

    [Fact]
    public async Task WatchFile_RefusedAndDisposed_IsNotTriedAgain()
    {
        var changes = _scene.WatchFile("etc/machine.yaml");
        File.CreateSymbolicLink(_scene.Path("etc"), "etc");
        await _scene.SettleAsync();

        changes.Registration!.Dispose();
        _scene.Time.Advance(FileWatcher.RetryAfter);

        Assert.Equal(1, changes.Count);
    }

    [Fact]
    public void WatchFile_RefusedAtOnce_Throws()
    {
        File.CreateSymbolicLink(_scene.Path("etc"), "etc");

        Assert.Throws<AgentException>(() => _scene.WatchFile("etc/machine.yaml"));
    }

    [Fact]
    public async Task WatchDirectory_AnyFileOfIt_IsSaid()
    {
        Directory.CreateDirectory(_scene.Path("requests"));
        var changes = _scene.WatchDirectory("requests");

        await File.WriteAllTextAsync(_scene.Path("requests/one.json"), "{}");
        await _scene.SettleAsync();
        File.Delete(_scene.Path("requests/one.json"));
        await _scene.SettleAsync();

        Assert.Equal(2, changes.Count);
    }

    [Fact]
    public async Task Watches_OfOneDirectory_AreIndependent()
    {
        var first = _scene.WatchFile("first");
        var second = _scene.WatchFile("second");

        first.Registration!.Dispose();
        await File.WriteAllTextAsync(_scene.Path("first"), "x");
        await File.WriteAllTextAsync(_scene.Path("second"), "x");
        await _scene.SettleAsync();

        Assert.Equal(0, first.Count);
        Assert.Equal(1, second.Count);
    }

    [Fact]
    public async Task Dispose_BeforeTheQuietTimePassed_SaysNothing()
    {
        var changes = _scene.WatchFile("machine.yaml");
        await File.WriteAllTextAsync(_scene.Path("machine.yaml"), "x");

        _scene.Watcher.Dispose();
        _scene.Time.Advance(WatcherScene.Quiet);

        Assert.Equal(0, changes.Count);
        Assert.Throws<ObjectDisposedException>(() => _scene.WatchFile("machine.yaml"));
    }
}
