using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Leading;

/// <summary>
/// Lets one of several candidates lead at a time, by a Lease. A leader counts its time from the sending of the last renewal that was granted and ends its work after two
/// thirds of the lease's duration; the others count from when they saw the lease change, which is later, and wait for all of it.
/// </summary>
/// <param name="store">Where the lease is.</param>
/// <param name="candidate">Name of this candidate: no other one's, nor an earlier process's.</param>
/// <param name="options">Times.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Jitter.</param>
/// <param name="logger">The log.</param>
public sealed partial class LeaderElection(
    ILeaseStore store, string candidate, ElectionOptions options, TimeProvider time, Random random, ILogger<LeaderElection> logger)
{
    private readonly LeaseWatch _watch = new(candidate, options.Duration, time);
    private Lease? _lease;
    private ErrorCode? _said;

    /// <summary>
    /// Waits for the lead, leads, and waits again when it was lost, until cancelled; the lease is then given back. What the work throws while it leads comes out, after the
    /// lease was given back.
    /// </summary>
    /// <param name="work">What a leader does, until its term's token is cancelled; it then has to end quickly.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<Term, Task> work, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            using var term = await AcquireAsync(cancellationToken);
            if (term is null)
                return;
            LogLeads(candidate);
            await LeadAsync(term, work, cancellationToken);
        }
    }

    private async Task<Term?> AcquireAsync(CancellationToken cancellationToken)
    {
        string? waitedFor = null;
        try
        {
            while (true)
            {
                if (await TryTakeAsync(cancellationToken) is { } term)
                    return term;
                if (_watch.Holder is { } holder && holder != waitedFor && holder != candidate)
                {
                    waitedFor = holder;
                    LogWaits(holder, candidate);
                }

                await PauseAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<Term?> TryTakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var seen = await store.ReadAsync(cancellationToken);
            _watch.See(seen);
            _said = null;
            if (!_watch.IsFree())
                return null;
            var asked = Moment.Now(time);
            _lease = await store.WriteAsync((seen ?? Lease.None).HeldBy(candidate, options.Duration, asked.Wall), cancellationToken);
            _watch.See(_lease);
            var term = new Term(options.RenewWithin, asked, time);
            if (term.IsHeld)
                return term;
            // The answer took longer than the term would last.
            term.Dispose();
            return null;
        }
        catch (AgentException e)
        {
            // Somebody was quicker, or it is not known: seen at the next look.
            Say(e);
            return null;
        }
    }

    private async Task LeadAsync(Term term, Func<Term, Task> work, CancellationToken cancellationToken)
    {
        // The lease is renewed until the work has really ended, also where it was asked to end.
        using var ended = new CancellationTokenSource();
        await using var stopped = cancellationToken.Register(term.End);
        var renewals = RenewAsync(term, ended.Token);
        try
        {
            await work(term);
        }
        catch (OperationCanceledException) when (term.Token.IsCancellationRequested)
        {
            // As it was asked to.
        }
        finally
        {
            var held = term.IsHeld;
            ended.Cancel();
            await renewals;
            if (held)
                await ReleaseAsync();
        }

        // Work that ends by itself has nothing more to do: it does not get another term.
        if (!term.Token.IsCancellationRequested)
            throw new InvalidOperationException("the work of a leader ended before its term");
    }

    private async Task RenewAsync(Term term, CancellationToken ended)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(term.Lost, ended);
        try
        {
            while (true)
            {
                await PauseAsync(both.Token);
                await RenewOnceAsync(term, both.Token);
            }
        }
        catch (OperationCanceledException)
        {
            if (term.Lost.IsCancellationRequested)
                LogLost(candidate, _watch.Holder is { } holder && holder != candidate ? $"{holder} holds the lease" : $"the lease could not be renewed within {options.RenewWithin}");
        }
    }

    private async Task RenewOnceAsync(Term term, CancellationToken cancellationToken)
    {
        try
        {
            var asked = Moment.Now(time);
            _lease = await store.WriteAsync(_lease!.HeldBy(candidate, options.Duration, asked.Wall), cancellationToken);
            _watch.See(_lease);
            _said = null;
            term.Renewed(asked);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.Conflict)
        {
            await LookAsync(term, cancellationToken);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            // Anybody may have made it anew since.
            term.Lose();
        }
        catch (AgentException e)
        {
            Say(e);
        }
    }

    // Another hand, or an own renewal whose answer was lost.
    private async Task LookAsync(Term term, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await store.ReadAsync(cancellationToken);
            _watch.See(seen);
            if (seen?.Holder == candidate)
                _lease = seen;
            else
                term.Lose();
        }
        catch (AgentException e)
        {
            Say(e);
        }
    }

    private async Task ReleaseAsync()
    {
        // Not by the caller's token, which is cancelled: the next one would wait for the whole lease.
        using var limit = new CancellationTokenSource(options.Duration - options.RenewWithin, time);
        try
        {
            // Read: a renewal may have been cut off on its way.
            if (await store.ReadAsync(limit.Token) is not { } seen || seen.Holder != candidate)
                return;
            await store.WriteAsync(seen.Released(time.GetUtcNow()), limit.Token);
            LogReleased(candidate);
        }
        catch (Exception e) when (e is AgentException or OperationCanceledException)
        {
            LogNotReleased(e);
        }
    }

    private void Say(AgentException error)
    {
        if (_said == error.Code || error.Code == KubernetesErrors.Conflict || error.Code == KubernetesErrors.AlreadyExists)
            return;
        _said = error.Code;
        LogUnreachable(error);
    }

    private Task PauseAsync(CancellationToken cancellationToken)
    {
#pragma warning disable CA5394 // jitter guards nothing
        return Task.Delay(options.Period * (0.9 + (random.NextDouble() / 5)), time, cancellationToken);
#pragma warning restore CA5394
    }
}
