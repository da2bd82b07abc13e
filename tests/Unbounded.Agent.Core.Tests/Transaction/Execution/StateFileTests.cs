using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

public sealed class StateFileTests
{
    private const string Path = "/var/lib/unbounded/update/state.json";

    private readonly SimDisk _disk = new(new Scissors());

    private StateFile File => new(_disk, Path);

    [Fact]
    public async Task Read_OfAMissingFile_IsAFreshIdleState()
    {
        var state = await File.ReadAsync(default);

        Assert.Equal((Phase.Idle, 0, ""), (state.Phase, state.AttemptCount, state.LastError));
        Assert.Empty(_disk.Files);
    }

    [Fact]
    public async Task Read_OfTheAncestorsFile_IsWhatItSays()
    {
        Put("""
            {
              "phase": "rolled_back", "from_version": "v1.0.0", "to_version": "v1.1.0",
              "started_at": "2026-02-28T23:59:59Z", "updated_at": "2026-03-01T00:00:10.5Z",
              "last_error": "health check failed", "attempt_count": 2, "health_check_failures": 3
            }
            """);

        var state = await File.ReadAsync(default);

        Assert.Equal((Phase.RolledBack, "v1.0.0", "v1.1.0"), (state.Phase, state.FromVersion, state.ToVersion));
        Assert.Equal(("health check failed", 2, 3), (state.LastError, state.AttemptCount, state.HealthCheckFailures));
        Assert.Equal(new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero), state.StartedAt);
    }

    [Fact]
    public async Task Save_OfAState_WritesTheAncestorsKeysAndUtcTimes()
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await File.SaveAsync(new UpdateState().BeginAttempt("1.30.0", "1.31.0", sameTarget: false, now), default);

        var json = JsonNode.Parse(_disk.Peek(Path))!.AsObject();
        Assert.Equal(
            ["phase", "from_version", "to_version", "started_at", "updated_at", "last_error", "attempt_count", "health_check_failures"],
            json.Select(p => p.Key));
        Assert.Equal("downloading", json["phase"]!.GetValue<string>());
        Assert.Equal(now, DateTimeOffset.Parse(json["started_at"]!.GetValue<string>(), null));
    }

    [Fact]
    public async Task SaveAndRead_OfEveryPhase_IsTheSame()
    {
        foreach (var phase in PhaseRules.All)
        {
            await File.SaveAsync(new() { Phase = phase }, default);
            Assert.Contains($"\"{phase.Text()}\"", Text(), StringComparison.Ordinal);
            Assert.Equal(phase, (await File.ReadAsync(default)).Phase);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"phase":"rebooting"}""")]
    [InlineData("""{"phase":"idle","attempt_count":"many"}""")]
    [InlineData("""{"phase":"idle","started_at":"yesterday"}""")]
    public async Task Read_OfGarbage_IsAClearErrorAndKeepsTheFile(string content)
    {
        Put(content);

        var e = await Assert.ThrowsAsync<AgentException>(() => File.ReadAsync(default));

        Assert.Equal(CoreErrors.StateFileDamaged, e.Code);
        Assert.Equal(content, Text());
    }

    [Fact]
    public async Task Save_OfNoPhase_IsRefused()
    {
        Put("""{"phase":"idle"}""");

        await Assert.ThrowsAsync<AgentException>(() => File.SaveAsync(new() { Phase = (Phase)42 }, default));

        Assert.Equal("""{"phase":"idle"}""", Text());
    }

    [Fact]
    public async Task Derive_OverFieldsOfSomebodyElse_KeepsThem()
    {
        Put("""{"phase":"idle","channel":"stable","nested":{"a":[1]}}""");

        await File.DeriveAsync(new() { Phase = Phase.Success }, default);

        var json = JsonNode.Parse(Text())!;
        Assert.Equal("success", json["phase"]!.GetValue<string>());
        Assert.Equal("stable", json["channel"]!.GetValue<string>());
        Assert.Equal("""{"a":[1]}""", json["nested"]!.ToJsonString(JsonSerializerOptions.Default));
    }

    [Fact]
    public async Task Law08_DeriveOverADamagedFile_PutsItAsideFirst()
    {
        Put("garbage");

        await File.DeriveAsync(new() { Phase = Phase.Success }, default);

        Assert.Equal(Phase.Success, (await File.ReadAsync(default)).Phase);
        Assert.Equal("garbage", Encoding.UTF8.GetString(_disk.Peek(Path + ".damaged")!));
    }

    [Fact]
    public async Task Derive_OfTheSameState_WritesNothing()
    {
        var scissors = new Scissors();
        var disk = new SimDisk(scissors);
        var file = new StateFile(disk, Path);
        await file.DeriveAsync(new() { Phase = Phase.Success }, default);
        var effects = scissors.Effects;

        await file.DeriveAsync(new() { Phase = Phase.Success }, default);

        Assert.Equal(effects, scissors.Effects);
    }

    private void Put(string content) => _disk.Put(Path, Encoding.UTF8.GetBytes(content));

    private string Text() => Encoding.UTF8.GetString(_disk.Peek(Path)!);
}
