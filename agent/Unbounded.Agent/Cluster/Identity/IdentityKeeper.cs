using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Cluster.Identity;

/// <summary>Renews this machine's certificate before it ends, with the certificate itself; the one before stays in use until then.</summary>
/// <param name="identity">The certificate.</param>
/// <param name="request">Asks for another one, and tells why there is none yet.</param>
/// <param name="changed">Called when <see cref="Problem"/> is another one.</param>
/// <param name="random">Spreads a fleet's requests.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class IdentityKeeper(
    IdentityStore identity, Func<Action<AgentException>, IdentityRequest> request, Action changed, Random random, TimeProvider time, ILogger<IdentityKeeper> logger)
{
    // As a kubelet does: between 70 and 90 % of the certificate's life.
    private const double Earliest = 0.7;
    private const double Spread = 0.2;

    // Clocks are set while the daemon sleeps, and a timer has a limit.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(12);

    private volatile ErrorRecord? _problem;

    /// <summary>Why the certificate could not be renewed yet; null: it does not have to be.</summary>
    public ErrorRecord? Problem => _problem;

    /// <summary>Keeps it until cancelled. Ends when the certificate has ended all the same: then it is a matter of the bootstrap token again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await identity.ConfirmAsync(cancellationToken);
        }
        catch (AgentException e)
        {
            // A full disk, say: it is noted the next time.
            LogNotNoted(e);
        }

        while (await identity.FindAsync(cancellationToken) is { } kept)
        {
#pragma warning disable CA5394 // jitter guards nothing
            var due = DueAt(kept.From, kept.Until, Earliest + (Spread * random.NextDouble()));
#pragma warning restore CA5394
            LogDue(due);
            await UntilAsync(due, cancellationToken);
            if (!await RenewAsync(kept.Until, cancellationToken))
                return;
        }
    }

    /// <summary>When a certificate is renewed. A pure function.</summary>
    internal static DateTimeOffset DueAt(DateTimeOffset from, DateTimeOffset until, double share) => from + ((until - from) * share);

    private async Task<bool> RenewAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = request(Say).RunAsync(end.Token);
        var first = await Task.WhenAny(asked, UntilAsync(until, end.Token));
        await end.CancelAsync();
        if (first != asked)
        {
            await asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }

        await asked;
        _problem = null;
        changed();
        return true;
    }

    private async Task UntilAsync(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        while (instant - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
            await Task.Delay(left < LongestWait ? left : LongestWait, time, cancellationToken);
    }

    private void Say(AgentException error)
    {
        _problem = ErrorRecord.From(error);
        changed();
    }
}
