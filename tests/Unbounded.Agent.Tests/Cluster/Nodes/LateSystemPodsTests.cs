using Microsoft.Extensions.Logging;
using Unbounded.Agent.Cluster.Nodes;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Tests.StandIn;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cluster.Nodes;

/// <summary>A list of pods that is asked for as a handover begins and comes late: it may be of the new kubelet's pods, and tells nothing of what was before.</summary>
public sealed class LateSystemPodsTests : IAsyncLifetime
{
    private static readonly ResourcePath Pods = new("v1", "pods", "kube-system");

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));
    private readonly ManualTime _time = new();
    private readonly Told _told = new();
    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _client = new KubernetesClient(_server.Admin, new ClientOptions(), TimeProvider.System);
        await _client.CreateAsync(Pods, """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"proxy"},"spec":{"nodeName":"node-1"},"status":{"phase":"Pending"}}"""u8.ToArray(), _limit.Token);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Handover_TheListIsLate_WhatWasBeforeIsNotKnownAndAllPodsAreAskedFor()
    {
        var pods = new SystemPods(_client, "node-1", _time, _told);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        // Never answered: the caller has to give it up.
        _server.Fail(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var running = pods.RunAsync(end.Token);

        pods.Offer(Records.Swapping(StepKind.Prepare));
        pods.Offer(Handover());
        await _server.AskedAsync(r => r.StartsWith("GET", StringComparison.Ordinal) && r.Contains("/pods", StringComparison.Ordinal), _limit.Token);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _told.Warned.Task.WaitAsync(_limit.Token);

        Assert.Null(Assert.Single(await pods.AskAsync(_limit.Token)).WasSettled);
        Assert.False(running.IsCompleted, "the next handover is not looked at any more");
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Handover_AfterOneWhoseListWasLate_IsKnownAgain()
    {
        var pods = new SystemPods(_client, "node-1", _time, _told);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        _server.Fail(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var running = pods.RunAsync(end.Token);
        pods.Offer(Records.Swapping(StepKind.Prepare));
        pods.Offer(Handover());
        await _server.AskedAsync(r => r.StartsWith("GET", StringComparison.Ordinal) && r.Contains("/pods", StringComparison.Ordinal), _limit.Token);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _told.Warned.Task.WaitAsync(_limit.Token);

        pods.Offer(Records.Installed);
        pods.Offer(Records.Swapping(StepKind.Prepare));
        pods.Offer(Handover());

        // Asked for behind the caller's back.
        while (Assert.Single(await pods.AskAsync(_limit.Token)).WasSettled is null)
            await Task.Delay(10, _limit.Token);
        Assert.False(Assert.Single(await pods.AskAsync(_limit.Token)).WasSettled);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static AgentRecord Handover()
    {
        var record = Records.Swapping(StepKind.Deactivate);
        return record with { Transition = record.Transition! with { HandoverBegun = true } };
    }

    private sealed class Told : ILogger<SystemPods>
    {
        public TaskCompletionSource Warned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                Warned.TrySetResult();
        }
    }
}
