using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.HostPreparation.Journal;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Journal;

public sealed class HostJournalStoreTests
{
    private const string Path = "/var/lib/unbounded/agent/host.json";
    private readonly SimulatedFiles _files = new(new PowerSupply());
    private readonly HostJournalStore _store;

    public HostJournalStoreTests() => _store = new HostJournalStore(new SimulatedStore(_files, new PowerSupply()), Path);

    [Fact]
    public async Task Load_NoFile_IsNull() => Assert.Null(await _store.LoadAsync(CancellationToken.None));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"version\":1,\"changes\":[")]
    [InlineData("{\"version\":0}")]
    [InlineData("{\"version\":1,\"changes\":null}")]
    [InlineData("{\"version\":1,\"changes\":[null]}")]
    [InlineData("{\"version\":1,\"changes\":[{\"name\":\"a\",\"status\":\"made\",\"state\":{}}]}")]
    [InlineData("{\"version\":1,\"changes\":[{\"name\":\"a\",\"status\":99,\"state\":{}}]}")]
    [InlineData("{\"version\":1,\"changes\":[{\"name\":\"a\",\"status\":\"applied\"}]}")]
    [InlineData("{\"version\":1,\"changes\":[{\"name\":\"\\ud800\",\"status\":\"applied\",\"state\":{}}]}")]
    [InlineData("{\"version\":1,\"changes\":[],\"startedAt\":\"yesterday\"}")]
    [InlineData("{\"version\":1e99,\"changes\":[]}")]
    [InlineData("{\"version\":\"one\"}")]
    public async Task Load_Garbage_IsRefusedAndKept(string text)
    {
        _files.Add(Path, text);
        var error = await Assert.ThrowsAsync<AgentException>(() => _store.LoadAsync(CancellationToken.None));
        Assert.Equal(MachinesErrors.HostJournalUnreadable, error.Code);
        Assert.Equal(text, _files.All[Path].Content);
    }

    [Fact]
    public async Task Load_NestedWithoutEnd_IsRefused()
    {
        _files.Add(Path, "{\"version\":1,\"changes\":[],\"x\":" + new string('[', 100_000));

        Assert.Equal(MachinesErrors.HostJournalUnreadable, (await Assert.ThrowsAsync<AgentException>(() => _store.LoadAsync(CancellationToken.None))).Code);
    }

    [Fact]
    public async Task Law15_Load_NewerVersion_IsRefused()
    {
        _files.Add(Path, "{\"version\":2,\"changes\":[]}");
        Assert.Equal(MachinesErrors.HostJournalNewer, (await Assert.ThrowsAsync<AgentException>(() => _store.LoadAsync(CancellationToken.None))).Code);
    }

    [Fact]
    public async Task Law15_Save_FieldsOfAnotherVersion_AreKept()
    {
        _files.Add(Path, """{"version":1,"future":{"a":1},"changes":[{"name":"swap","status":"applied","state":{"x":[2]},"also":true}]}""");
        var journal = await _store.LoadAsync(CancellationToken.None);
        await _store.SaveAsync(journal!.With(journal.Find("swap")! with { Status = HostChangeStatus.Undoing }), CancellationToken.None);
        var text = _files.All[Path].Content!;
        Assert.Contains("\"future\"", text, StringComparison.Ordinal);
        Assert.Contains("\"also\": true", text, StringComparison.Ordinal);
        Assert.Contains("\"undoing\"", text, StringComparison.Ordinal);
        Assert.Contains("\"x\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_ThenLoad_IsTheSameInOrder()
    {
        var state = System.Text.Json.JsonDocument.Parse("{\"a\":1}").RootElement;
        var journal = new HostJournal { Ancestor = true, StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) }
            .With(new HostJournalEntry("b", HostChangeStatus.Applied, state))
            .With(new HostJournalEntry("a", HostChangeStatus.Applying, state))
            .With(new HostJournalEntry("b", HostChangeStatus.Undone, state));
        await _store.SaveAsync(journal, CancellationToken.None);
        var loaded = await _store.LoadAsync(CancellationToken.None);
        Assert.Equal(["b Undone", "a Applying"], loaded!.Changes.Select(c => $"{c.Name} {c.Status}"));
        Assert.True(loaded.Ancestor);
        Assert.Equal(journal.StartedAt, loaded.StartedAt);
        Assert.Equal((UnixFileMode)0b110_000_000, _files.All[Path].Mode);
        Assert.Equal(1, loaded.Changes[0].State.GetProperty("a").GetInt32());
    }
}
