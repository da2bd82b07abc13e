using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Following;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Daemon;

/// <summary>A daemon that can't read update.conf must not take a host that updates itself for one with machines.</summary>
public sealed class HeldDaemonTests : IDisposable
{
    private readonly Host _host = new();

    // More than any of this takes.
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    public void Dispose()
    {
        _host.Dispose();
        _limit.Dispose();
    }

    [Theory]
    [InlineData("automatc = true\n")]
    [InlineData("automatic = ture\n")]
    [InlineData("automatic = true\nautomatic = true\n")]
    [InlineData("\0\0\0\0")]
    public async Task Daemon_WithATypoInItsSettings_LeavesTheHostAloneUntilItIsCorrected(string settings)
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        Host.Write(_host.Paths.MachineFile, Host.Machine("1.30.1"));
        Host.Write(_host.Paths.UpdateSettings, settings);
        var daemon = DaemonProcess.RunAsync(_host.Paths, metrics: null, NullLoggerFactory.Instance, TimeProvider.System, _limit.Token);

        var note = await NotedAsync();

        Assert.Equal(("UBA-6012", true), (note.Problem!.Code, note.Settled));
        Assert.Contains("line ", note.Problem.Cause, StringComparison.Ordinal);
        Assert.False(daemon.IsCompleted);
        Assert.False(File.Exists(_host.Paths.Record));
        Assert.False(File.Exists(_host.Paths.StatusFile));
        // The service manager starts it anew.
        File.WriteAllText(_host.Paths.UpdateSettings, "automatic = true\n");
        await daemon.WaitAsync(_limit.Token);
        Assert.False(_limit.IsCancellationRequested);
    }

    [Fact]
    public async Task Daemon_ThatLeavesTheHostAlone_EndsWhenAsked()
    {
        Host.Write(_host.Paths.UpdateSettings, "automatic = yes\n");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        var daemon = DaemonProcess.RunAsync(_host.Paths, metrics: null, NullLoggerFactory.Instance, TimeProvider.System, stop.Token);
        await NotedAsync();

        await stop.CancelAsync();

        await daemon.WaitAsync(_limit.Token);
    }

    [Theory]
    [InlineData("kube1", true)]
    [InlineData("kube2", true)]
    [InlineData("A", false)]
    [InlineData("B", false)]
    public async Task Host_WithARecord_IsWhatItsSlotsSay(string slot, bool machines)
    {
        await new RecordStore(_host.Store, _host.Paths.Record).SaveAsync(new() { Active = Records.Side(new SlotName(slot), "1.30.1") }, _limit.Token);

        Assert.Equal(machines, DaemonProcess.HasHadMachines(_host.Paths));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no record")]
    [InlineData("{}")]
    public void Host_WithoutARecordThatSaysIt_IsNotTakenForOneWithMachines(string? record)
    {
        Host.Write(_host.Paths.ConfigFile, Host.Config);
        if (record is not null)
            Host.Write(_host.Paths.Record, record);

        Assert.False(DaemonProcess.HasHadMachines(_host.Paths));
    }

    private Task<LiveProgress> NotedAsync() => new Follower(
        _host.Paths,
        new RecordStore(_host.Store, _host.Paths.Record),
        new LineProgressView(TextWriter.Null, TimeProvider.System),
        () => true,
        TimeProvider.System).FollowAsync((_, note) => Task.FromResult(note is { Problem: not null } ? note : null), _limit.Token);
}
