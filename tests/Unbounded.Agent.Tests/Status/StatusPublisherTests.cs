using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Cluster;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Status;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Status;

public sealed class StatusPublisherTests : IAsyncLifetime
{
    private readonly Host _host = new();
    private readonly StatusPublisher _publisher;

    public StatusPublisherTests() => _publisher = new StatusPublisher(
        _host.Store, _host.Paths.StatusFile, () => new StatusOrigin("edge-1", 4), NullLogger<StatusPublisher>.Instance);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _publisher.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task Publish_AStatus_IsAMachineWithItsStatus()
    {
        await _publisher.PublishAsync(Records.Snapshot(Records.Installed), CancellationToken.None);

        var yaml = await File.ReadAllTextAsync(_host.Paths.StatusFile);
        Assert.StartsWith("apiVersion: unbounded-cloud.io/v1alpha3\nkind: Machine\n", yaml, StringComparison.Ordinal);
        Assert.Contains("name: edge-1", yaml, StringComparison.Ordinal);
        Assert.Contains("phase: Ready", yaml, StringComparison.Ordinal);
        Assert.Contains("observedGeneration: 4", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_TheSameAgain_DoesNotWriteTheFile()
    {
        await _publisher.PublishAsync(Records.Snapshot(Records.Installed), CancellationToken.None);
        var before = File.GetLastWriteTimeUtc(_host.Paths.StatusFile);
        File.SetLastWriteTimeUtc(_host.Paths.StatusFile, before.AddDays(-1));

        await _publisher.PublishAsync(Records.Snapshot(Records.Installed) with { At = Records.Now.AddHours(1) }, CancellationToken.None);

        Assert.Equal(before.AddDays(-1), File.GetLastWriteTimeUtc(_host.Paths.StatusFile));
    }

    [Fact]
    public async Task Report_IsWrittenBehindTheCallersBack()
    {
        _publisher.Report(Records.Snapshot(Records.Installed));
        await _publisher.DisposeAsync();

        Assert.Contains("phase: Ready", await File.ReadAllTextAsync(_host.Paths.StatusFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_Overtaken_NeverTakesThePlaceOfWhatMatters()
    {
        using var goOn = new SemaphoreSlim(0);
        var writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var publisher = new StatusPublisher(
            _host.Store,
            _host.Paths.StatusFile,
            () =>
            {
                if (writing.TrySetResult())
                    goOn.Wait(TimeSpan.FromMinutes(1));
                return new StatusOrigin("edge-1", 4);
            },
            NullLogger<StatusPublisher>.Instance);
        var down = Records.Snapshot(Records.Installed, Records.Slots(SlotState.Down));
        publisher.Report(down);
        await writing.Task.WaitAsync(TimeSpan.FromMinutes(1));

        publisher.Report(down with { At = Records.Now.AddHours(1) });
        var published = publisher.PublishAsync(Records.Snapshot(Records.Installed), CancellationToken.None);
        goOn.Release();
        await published;
        await publisher.DisposeAsync();

        Assert.Contains("phase: Ready", await File.ReadAllTextAsync(_host.Paths.StatusFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_AfterTheClockWasSetBack_IsWritten()
    {
        await _publisher.PublishAsync(Records.Snapshot(Records.Installed, Records.Slots(SlotState.Down)) with { At = Records.Now.AddHours(1) }, CancellationToken.None);

        _publisher.Report(Records.Snapshot(Records.Installed));
        await _publisher.DisposeAsync();

        Assert.Contains("phase: Ready", await File.ReadAllTextAsync(_host.Paths.StatusFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law04_Publish_AfterTheClockWasSetBack_IsWritten()
    {
        await _publisher.PublishAsync(Records.Snapshot(Records.Installed, Records.Slots(SlotState.Down)) with { At = Records.Now.AddHours(1) }, CancellationToken.None);

        await _publisher.PublishAsync(Records.Snapshot(Records.Installed), CancellationToken.None);

        Assert.Contains("phase: Ready", await File.ReadAllTextAsync(_host.Paths.StatusFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law04_Publish_ThatCannotBeWritten_Fails()
    {
        Directory.CreateDirectory(_host.Paths.StatusFile);

        await Assert.ThrowsAsync<AgentException>(() => _publisher.PublishAsync(Records.Snapshot(Records.Installed), CancellationToken.None));
    }

    [Fact]
    public async Task Law04_Publish_ThatCannotBeWritten_IsToldToTheClusterAllTheSame()
    {
        var listener = new Listener();
        await using var publisher = new StatusPublisher(
            _host.Store, _host.Paths.StatusFile, () => new StatusOrigin("edge-1", 4), NullLogger<StatusPublisher>.Instance, listener);
        Directory.CreateDirectory(_host.Paths.StatusFile);

        await Assert.ThrowsAsync<AgentException>(() => publisher.PublishAsync(Records.Snapshot(Records.Installed), CancellationToken.None));

        Assert.Equal(4, Assert.Single(listener.Heard).ObservedGeneration);
    }

    [Fact]
    public async Task Report_ThatCannotBeWritten_EndsNothing()
    {
        Directory.CreateDirectory(_host.Paths.StatusFile);
        _publisher.Report(Records.Snapshot(Records.Installed));
        await Assert.ThrowsAsync<AgentException>(() => _publisher.PublishAsync(Records.Snapshot(Records.Installed), CancellationToken.None));

        Directory.Delete(_host.Paths.StatusFile);
        await _publisher.PublishAsync(Records.Snapshot(Records.Installed), CancellationToken.None);

        Assert.True(File.Exists(_host.Paths.StatusFile));
    }

    [Fact]
    public async Task Publish_AfterAStop_StillEnds()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _publisher.PublishAsync(Records.Snapshot(Records.Installed), stopped.Token));
    }

    private sealed class Listener : IStatusListener
    {
        public List<MachineStatus> Heard { get; } = [];

        public void Offer(StatusSnapshot snapshot, MachineStatus status) => Heard.Add(status);
    }
}
