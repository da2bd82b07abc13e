namespace Unbounded.Agent.Kubernetes.Leading;

/// <summary>A Lease (coordination.k8s.io/v1), as far as an election reads one.</summary>
/// <param name="Holder">Who holds it; null or empty: nobody.</param>
/// <param name="Duration">For how long others leave it alone.</param>
/// <param name="AcquiredAt">Since when it is held, by the holder's clock: for people.</param>
/// <param name="RenewedAt">When it was renewed, by the holder's clock: for people, and so that every renewal changes something.</param>
/// <param name="Transitions">How often it changed hands.</param>
/// <param name="Version">The server's version of it; null: there is none yet.</param>
public sealed record Lease(string? Holder, TimeSpan Duration, DateTimeOffset AcquiredAt, DateTimeOffset RenewedAt, int Transitions, string? Version)
{
    /// <summary>The whole object as the server has it: what others wrote into it is kept. Empty: there is none yet.</summary>
    internal ReadOnlyMemory<byte> Whole { get; init; }

    /// <summary>The same, taken or renewed.</summary>
    /// <param name="candidate">By whom.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="now">The candidate's wall clock.</param>
    internal Lease HeldBy(string candidate, TimeSpan duration, DateTimeOffset now)
    {
        var same = Holder == candidate;
        // A clock that stands or runs backwards must not make of a renewal a write that changes nothing: nobody would see it.
        var renewed = now > RenewedAt ? now : RenewedAt < DateTimeOffset.MaxValue.AddDays(-1) ? RenewedAt.AddMilliseconds(1) : now;
        return this with
        {
            Holder = candidate,
            Duration = duration,
            AcquiredAt = same ? AcquiredAt : now,
            RenewedAt = renewed,
            Transitions = same || Version is null ? Transitions : Transitions + 1,
        };
    }

    /// <summary>The same, held by nobody: the next one need not wait.</summary>
    internal Lease Released(DateTimeOffset now) => HeldBy(Holder ?? "", TimeSpan.FromSeconds(1), now) with { Holder = "" };

    internal static Lease None { get; } = new(null, TimeSpan.Zero, DateTimeOffset.MinValue, DateTimeOffset.MinValue, 0, null);
}
