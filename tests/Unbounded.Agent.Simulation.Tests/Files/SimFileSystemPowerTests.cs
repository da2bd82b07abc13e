using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Tests.Files;

/// <summary>What a power cut takes from the simulated file system, and what it leaves.</summary>
public sealed class SimFileSystemPowerTests
{
    private readonly Scissors _scissors = new();
    private readonly SimFileSystem _files;

    public SimFileSystemPowerTests()
    {
        _files = new(_scissors);
        _files.Put("/d/old", "old"u8.ToArray());
    }

    [Fact]
    public void PowerCut_UnsyncedName_MayBeLostOrKept()
    {
        _files.MakeLink("/d/link", "target");

        Assert.Equal([Outcome.Lost, Outcome.Kept], Assert.Single(_files.Unsynced()).Outcomes);
        Assert.Null(After([]).ReadLink("/d/link"));
        Assert.Equal("target", After([Outcome.Kept]).ReadLink("/d/link"));
    }

    [Fact]
    public void PowerCut_SyncedDirectory_KeepsItsNames()
    {
        _files.MakeLink("/d/link", "target");
        _files.SyncDirectory("/d");

        Assert.Empty(_files.Unsynced());
        Assert.Equal("target", After([]).ReadLink("/d/link"));
    }

    [Theory]
    [InlineData(Outcome.Lost, "")]
    [InlineData(Outcome.Kept, "content")]
    [InlineData(Outcome.Torn, "con")]
    [InlineData(Outcome.Zeroed, "\0\0\0\0\0\0\0")]
    internal void PowerCut_RenameBeforeItsData_LeavesTheNameWithWhatTheDiskHad(Outcome outcome, string expected)
    {
        using var file = _files.CreateTemporary("/d/.new", "/d/old");
        file.Write("content"u8);
        file.MoveToTarget();
        _files.SyncDirectory("/d");

        Assert.Equal(expected, Encoding.UTF8.GetString(After([outcome]).Peek("/d/old")!));
    }

    [Fact]
    public void PowerCut_UnsyncedRename_IsWholeOrNotAtAll()
    {
        _files.Rename("/d/old", "/d/new", replace: false);

        Assert.Equal(["/d/old"], After([]).Files());
        Assert.Equal(["/d/new"], After([Outcome.Kept]).Files());
    }

    [Fact]
    public void PowerCut_WritesThatFareDifferently_AreEachTheirOwn()
    {
        _files.MakeLink("/d/a", "a");
        _files.MakeLink("/d/b", "b");

        var left = After([Outcome.Lost, Outcome.Kept]);

        Assert.Null(left.ReadLink("/d/a"));
        Assert.Equal("b", left.ReadLink("/d/b"));
    }

    [Fact]
    public void PowerCut_Tmpfs_IsGone()
    {
        _files.MakeDirectory("/run", UnixFileMode.UserRead, owner: null);
        _files.MakeLink("/run/marker", "x");
        _files.SyncDirectory("/run");

        Assert.Empty(_files.Unsynced());
        Assert.False(After([Outcome.Kept, Outcome.Kept]).IsDirectory("/run"));
    }

    [Fact]
    public void SyncFile_ThatFailed_HelpsNoLaterSync()
    {
        using var file = _files.CreateTemporary("/d/.new", "/d/new");
        file.Write("content"u8);
        _files.Fault = new Fault(_files.Calls + 1, 1, Errno.EIO);
        Assert.Equal(LinuxErrors.DeviceFailed, Assert.Throws<AgentException>(file.Sync).Code);
        file.Sync();
        file.MoveToTarget();
        _files.SyncDirectory("/d");

        Assert.Equal("", Encoding.UTF8.GetString(After([Outcome.Lost]).Peek("/d/new")!));
    }

    [Fact]
    public void Fault_FullDisk_RefusesWhatGrowsAlone()
    {
        _files.Fault = new Fault(1, 100, Errno.ENOSPC);

        Assert.Equal(LinuxErrors.NoSpace, Assert.Throws<AgentException>(() => _files.MakeLink("/d/l", "x")).Code);
        Assert.True(_files.Unlink("/d/old"));
        _files.SyncDirectory("/d");
    }

    [Fact]
    public async Task Law08_WriteAsync_CutAfterEveryCallWithEveryOutcome_IsOldOrNew()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var cuts = 0;
        _scissors.OnEffect = (_, _) =>
        {
            foreach (var outcomes in Powers.Of(_files.Unsynced(), bound: 1000, seed: 1))
            {
                seen.Add(Encoding.UTF8.GetString(After(outcomes).Peek("/d/old")!));
                cuts++;
            }
        };

        await new DurableFiles(_files).WriteAsync("/d/old", "new"u8.ToArray());

        Assert.Equal(["new", "old"], seen.Order(StringComparer.Ordinal));
        Assert.True(cuts > 12, $"only {cuts} cuts");
    }

    private SimFileSystem After(IReadOnlyList<Outcome> outcomes)
    {
        var copy = new SimFileSystem(new Scissors());
        copy.CopyFrom(_files);
        copy.PowerCut(outcomes);
        return copy;
    }
}
