using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Cluster;

/// <summary>
/// The one place that writes the Machine's status to the API server: the latest one, until the server has it. Behind everybody's back: no step of a transition
/// waits for a server. What it tells is made of the record, so that nothing is lost when the daemon ends before the server is back (law 4). Never the same
/// twice; what is only progress at most once in <see cref="Pace"/>.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="name">Name of the Machine.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Jitter.</param>
/// <param name="logger">The log.</param>
internal sealed partial class StatusTeller(KubernetesClient client, string name, TimeProvider time, Random random, ILogger<StatusTeller> logger)
{
    /// <summary>The least time between two writes.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private byte[]? _latest;
    private byte[]? _told;
    private string? _toldTo;
    private string? _machine;
    private ErrorCode? _said;

    /// <summary>Takes a status.</summary>
    public void Offer(MachineStatus status)
    {
        var latest = MachineStatusWriter.ToPatch(status);
        lock (_lock)
        {
            if (_latest is not null && _latest.AsSpan().SequenceEqual(latest))
                return;
            _latest = latest;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>The server can be asked again; what it was told before counts only for the same Machine.</summary>
    /// <param name="machine">The server's identity of the Machine.</param>
    public void Try(string? machine)
    {
        lock (_lock)
            _machine = machine;
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Tells until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var wait = failures == 0 ? Timeout.InfiniteTimeSpan : Delay(failures);
            await SignalAsync(wait, cancellationToken);
            if (Due() is not { } due)
            {
                failures = 0;
                continue;
            }

            try
            {
                await client.MergePatchAsync(MachineFollower.Machines.Of(name).Status, due.Status, cancellationToken);
                lock (_lock)
                    (_told, _toldTo, _said) = (due.Status, due.Machine, null);
                failures = 0;
                await Task.Delay(Pace, time, cancellationToken);
            }
            catch (AgentException e)
            {
                failures++;
                if (_said != e.Code)
                    LogNotTold(e);
                _said = e.Code;
                await Task.Delay(FirstRetry, time, cancellationToken);
            }
        }
    }

    private (byte[] Status, string? Machine)? Due()
    {
        lock (_lock)
        {
            // Before the Machine was seen there is nothing to tell it to.
            if (_latest is null || _machine is null || (_toldTo == _machine && _told is not null && _told.AsSpan().SequenceEqual(_latest)))
                return null;
            return (_latest, _machine);
        }
    }

    private async Task SignalAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var timer = wait == Timeout.InfiniteTimeSpan
            ? null
            : time.CreateTimer(_ => _signal.Writer.TryWrite(true), null, wait, Timeout.InfiniteTimeSpan);
        await _signal.Reader.ReadAsync(cancellationToken);
    }

    private TimeSpan Delay(int failures)
    {
        var delay = FirstRetry * Math.Pow(2, Math.Min(failures, 10));
        delay = delay < LongestRetry ? delay : LongestRetry;
#pragma warning disable CA5394 // jitter guards nothing
        return delay * (0.5 + (random.NextDouble() / 2));
#pragma warning restore CA5394
    }
}
