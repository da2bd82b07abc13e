using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Records;

public sealed class RecordStoreTests
{
    private const string Path = "/var/lib/unbounded/agent/record.json";

    private readonly Scissors _scissors = new();
    private readonly SimDisk _disk;
    private readonly RecordStore _store;

    public RecordStoreTests()
    {
        _disk = new(_scissors);
        _store = new(_disk, Path);
    }

    [Fact]
    public async Task Load_OfAMissingFile_IsNull() => Assert.Null(await _store.LoadAsync(default));

    [Fact]
    public async Task Save_OfTheFirstRecord_IsGenerationOne()
    {
        var saved = await _store.SaveAsync(new AgentRecord(), default);

        Assert.Equal(1, saved.Generation);
        Assert.Equal(1, (await new RecordStore(_disk, Path).LoadAsync(default))!.Generation);
    }

    [Fact]
    public async Task Save_OfEachFurtherRecord_IsOneGenerationOn()
    {
        var record = await _store.SaveAsync(new AgentRecord(), default);
        record = await _store.SaveAsync(record with { PublicationPending = true }, default);
        record = await _store.SaveAsync(record with { PublicationPending = false }, default);

        Assert.Equal(3, record.Generation);
    }

    [Fact]
    public async Task Save_AfterSomebodyElseSaved_IsRefusedAndChangesNothing()
    {
        var mine = await _store.SaveAsync(new AgentRecord(), default);
        var other = new RecordStore(_disk, Path);
        await other.SaveAsync((await other.LoadAsync(default))! with { PublicationPending = true }, default);

        var e = await Assert.ThrowsAsync<AgentException>(() => _store.SaveAsync(mine, default));

        Assert.Equal(CoreErrors.RecordChanged, e.Code);
        Assert.True((await other.LoadAsync(default))!.PublicationPending);
    }

    [Fact]
    public async Task Save_OfAFirstRecordOverAnother_IsRefused()
    {
        await _store.SaveAsync(new AgentRecord(), default);

        await Assert.ThrowsAsync<AgentException>(() => new RecordStore(_disk, Path).SaveAsync(new AgentRecord(), default));
    }

    [Fact]
    public async Task Save_AfterTheFileVanished_IsRefused()
    {
        var record = await _store.SaveAsync(new AgentRecord(), default);
        _disk.Remove(Path);

        await Assert.ThrowsAsync<AgentException>(() => _store.SaveAsync(record, default));
    }

    [Fact]
    public async Task Law08_AGarbageRecord_IsLeftAsItIs()
    {
        var garbage = Encoding.UTF8.GetBytes("{ garbage");
        _disk.Put(Path, garbage);

        await Assert.ThrowsAsync<AgentException>(() => _store.LoadAsync(default));
        await Assert.ThrowsAsync<AgentException>(() => _store.SaveAsync(new AgentRecord(), default));

        Assert.Equal(garbage, _disk.Peek(Path));
    }

    [Fact]
    public async Task Law15_ARecordOfANewerMajor_IsLeftAsItIs()
    {
        var newer = Encoding.UTF8.GetBytes("""{"format":{"major":2,"minor":0},"generation":5}""");
        _disk.Put(Path, newer);

        await Assert.ThrowsAsync<AgentException>(() => _store.LoadAsync(default));
        await Assert.ThrowsAsync<AgentException>(() => _store.SaveAsync(new AgentRecord { Generation = 5 }, default));

        Assert.Equal(newer, _disk.Peek(Path));
    }

    [Fact]
    public async Task Law15_ANewerMinor_IsNotWrittenDown()
    {
        _disk.Put(Path, Encoding.UTF8.GetBytes("""{"format":{"major":1,"minor":9},"generation":5,"fromTheFuture":true}"""));

        var saved = await _store.SaveAsync((await _store.LoadAsync(default))!, default);

        Assert.Equal(new(1, 9), saved.Format);
        Assert.Contains("fromTheFuture", Encoding.UTF8.GetString(_disk.Peek(Path)!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law08_ASaveThatIsCutOff_LeavesTheOldRecordOrTheNew()
    {
        foreach (var loss in Enum.GetValues<Outcome>())
        {
            for (var at = 1; at <= 4; at++)
            {
                var scissors = new Scissors();
                var disk = new SimDisk(scissors);
                var store = new RecordStore(disk, Path);
                var record = await store.SaveAsync(new AgentRecord(), default);
                scissors.Restart(at);
                var cutOff = store.SaveAsync(record with { PublicationPending = true }, default);
                disk.PowerCut(loss);

                var found = await new RecordStore(disk, Path).LoadAsync(default);

                Assert.False(cutOff.IsCompleted);
                Assert.True(found is { Generation: 1, PublicationPending: false } or { Generation: 2, PublicationPending: true });
            }
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Load_AfterAStoreThatForgetsToSync_ShowsThatTheTestAboveCanFail(bool directory, bool content)
    {
        var disk = new SimDisk(new Scissors()) { ForgetsDirectorySync = directory, ForgetsContentSync = content };
        var store = new RecordStore(disk, Path);
        await store.SaveAsync(new AgentRecord(), default);
        disk.PowerCut(directory ? Outcome.Lost : Outcome.Torn);

        if (directory)
        {
            Assert.Null(await new RecordStore(disk, Path).LoadAsync(default));
        }
        else
        {
            await Assert.ThrowsAsync<AgentException>(() => new RecordStore(disk, Path).LoadAsync(default));
        }
    }
}
