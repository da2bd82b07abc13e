using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Requests;
using Unbounded.Agent.Tests.Support;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Tests.Wishing;

public sealed class LocalWishesTests : IDisposable
{
    private readonly Host _host = new();
    private bool? _nodeDeleted;
    private readonly RequestStore _requests;
    private readonly LocalWishes _wishes;

    public LocalWishesTests()
    {
        _requests = new RequestStore(_host.Store, _host.Paths);
        _wishes = Create(mayWrite: true);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Read_NoFiles_WantsNothing()
    {
        var wishes = await ReadAsync();

        Assert.Null(wishes.Desired);
        Assert.Null(wishes.Problem);
        Assert.Null(wishes.Requests.Rollback);
    }

    [Fact]
    public async Task Read_ConfigAlone_IsWanted()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);

        var desired = (await ReadAsync()).Desired!;

        Assert.Equal("1.30.1", desired.Config.Cluster.Version);
        Assert.Equal("edge-1", _wishes.Origin.MachineName);
    }

    [Fact]
    public async Task Read_MachineBesideIt_Wins()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.31.0"));

        var desired = (await ReadAsync()).Desired!;

        Assert.Equal("1.31.0", desired.Config.Cluster.Version);
        Assert.Equal("oci-layout:///images:v1", desired.Config.OCIImage);
        Assert.Equal(1, desired.Generation);
    }

    [Fact]
    public async Task Read_EditedMachine_HasTheNextGenerationAlsoAfterARestart()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.31.0"));
        await ReadAsync();
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.32.0"));

        Assert.Equal(2, (await ReadAsync()).Desired!.Generation);
        Assert.Equal(2, (await Create(mayWrite: true).ReadAsync(CancellationToken.None)).Desired!.Generation);
    }

    [Fact]
    public async Task Read_ByWhoOnlyLooks_WritesNothing()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.31.0"));

        Assert.Equal(1, (await Create(mayWrite: false).ReadAsync(CancellationToken.None)).Desired!.Generation);

        Assert.False(File.Exists(_host.Paths.GenerationFile));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("kind: Machine")]
    [InlineData("")]
    [InlineData("apiVersion: unbounded-cloud.io/v1alpha3\nkind: Machine\nmetadata:\n  name: somebody-else\n")]
    public async Task Read_BrokenEdit_KeepsWhatWasWantedAndSaysWhy(string broken)
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.31.0"));
        await ReadAsync();
        Host.Write(_host.Paths.MachineFile, broken);

        var wishes = await ReadAsync();

        Assert.Equal("1.31.0", wishes.Desired!.Config.Cluster.Version);
        Assert.StartsWith("UBA-5", wishes.Problem!.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_BrokenFromTheStart_WantsNothing()
    {
        Host.Write(_host.Paths.ConfigFile, "{");

        var wishes = await ReadAsync();

        Assert.Null(wishes.Desired);
        Assert.Equal("UBA-1102", wishes.Problem!.Code);
    }

    [Fact]
    public async Task Read_WhileAnEditorWrites_KeepsWhatWasWanted()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.31.0"));
        await ReadAsync();

        // Half of this edit is a valid Machine of its own: the one that asks for another version and not yet for a pause.
        await using (var editor = new StreamWriter(_host.Paths.MachineFile))
        {
            await editor.WriteAsync(Host.Machine("1.32.0"));
            await editor.FlushAsync();
            Assert.Equal("1.31.0", (await ReadAsync()).Desired!.Config.Cluster.Version);
            await editor.WriteAsync("  update:\n    paused: true\n");
        }

        var desired = (await ReadAsync()).Desired!;
        Assert.Equal("1.32.0", desired.Config.Cluster.Version);
        Assert.True(desired.Policy.Paused);
    }

    [Fact]
    public async Task Read_UnknownFields_AreWarnedOf()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.31.0", "  colour: blue\n  updat:\n    paused: true\n"));

        await ReadAsync();

        Assert.Contains(_wishes.Warnings, w => w.StartsWith("machine.yaml: ", StringComparison.Ordinal) && w.Contains("$.spec.colour", StringComparison.Ordinal));
        Assert.Contains(_wishes.Warnings, w => w.EndsWith("unknown field, ignored; did you mean update?", StringComparison.Ordinal));
        Assert.Equal(_wishes.Warnings, _wishes.Origin.Warnings);
    }

    [Fact]
    public async Task Read_FieldsThatHaveNoEffect_AreWarnedOfOfBothFiles()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config.Replace("\"Kubelet\"", "\"OfflineArtifacts\": { \"Source\": \"/srv\" }, \"Kubelet\"", StringComparison.Ordinal));
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.31.0", "  agent:\n    version: v0.2.0\n"));

        await ReadAsync();

        Assert.Equal(["config.json: $.OfflineArtifacts", "machine.yaml: $.spec.agent.version"], _wishes.Warnings.Select(w => w[..w.IndexOf(": has", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task Read_ImageThatTheSandboxHides_IsWarnedOf()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config.Replace("oci-layout:///images:v1", "dir:///root/node", StringComparison.Ordinal));

        await ReadAsync();

        Assert.Contains(_wishes.Warnings, w => w.Contains("/root/node", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_Requests_ArePassedOnTheOldestOfAKindFirst()
    {
        await _requests.AddAsync(new("9", RequestKind.Rollback, DateTimeOffset.UnixEpoch.AddDays(1)), CancellationToken.None);
        await _requests.AddAsync(new("7", RequestKind.Rollback, DateTimeOffset.UnixEpoch), CancellationToken.None);
        await _requests.AddAsync(new("8", RequestKind.Update, DateTimeOffset.UnixEpoch), CancellationToken.None);

        var asked = (await ReadAsync()).Requests;

        Assert.Equal(("7", "8", false), (asked.Rollback, asked.Update, asked.IgnoreWindow));
        Assert.Null(asked.NodeDeleted);
    }

    [Fact]
    public async Task Read_RequestsToUpdate_SkipTheWindowWhenOneOfThemDoes()
    {
        await _requests.AddAsync(new("7", RequestKind.Update, DateTimeOffset.UnixEpoch), CancellationToken.None);
        await _requests.AddAsync(new("8", RequestKind.Update, DateTimeOffset.UnixEpoch.AddDays(1), IgnoreWindow: true), CancellationToken.None);

        var asked = (await ReadAsync()).Requests;

        Assert.Equal(("7", true), (asked.Update, asked.IgnoreWindow));
    }

    [Fact]
    public async Task Read_ADamagedRequest_IsToldOfAndStandsInNothingElsesWay()
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_requests.PathOf("x"), "garbage");
        await _requests.AddAsync(new("7", RequestKind.Rollback, DateTimeOffset.UnixEpoch), CancellationToken.None);

        var wishes = await ReadAsync();

        Assert.NotNull(wishes.Desired);
        Assert.Equal("7", wishes.Requests.Rollback);
        Assert.Equal(FrontDoorErrors.RequestDamaged.Id, wishes.Problem!.Code);
    }

    [Fact]
    public async Task Answer_ARequest_RemovesIt()
    {
        await _requests.AddAsync(new("7", RequestKind.Rollback, DateTimeOffset.UnixEpoch), CancellationToken.None);

        await _wishes.AnswerAsync("7", refusal: null, CancellationToken.None);

        Assert.False(_requests.Waits("7"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_WhatTheClusterSaysOfTheNode_IsPassedOn(bool? deleted)
    {
        _nodeDeleted = deleted;

        Assert.Equal(deleted, (await ReadAsync()).Requests.NodeDeleted);
    }

    private Task<Wishes> ReadAsync() => _wishes.ReadAsync(CancellationToken.None);

    private LocalWishes Create(bool mayWrite) => new(
        new DesiredFiles(_host.Store, _host.Paths, new MachineGeneration(_host.Store, _host.Paths, mayWrite)), _requests, () => _nodeDeleted, NullLogger<LocalWishes>.Instance);
}
