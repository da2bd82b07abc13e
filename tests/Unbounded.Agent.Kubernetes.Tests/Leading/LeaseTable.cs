using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Leading;

namespace Unbounded.Agent.Kubernetes.Tests.Leading;

/// <summary>The one lease of a simulated server, with optimistic concurrency.</summary>
internal sealed class LeaseTable
{
    private int _version;

    public Lease? Stored { get; private set; }

    /// <summary>Every holder that there was, in its order, without repetitions.</summary>
    public List<string> Holders { get; } = [];

    public Lease? Read() => Stored;

    public Lease Write(Lease lease)
    {
        if (lease.Version is null && Stored is not null)
            throw Error(KubernetesErrors.AlreadyExists);
        if (lease.Version is not null && Stored is null)
            throw Error(KubernetesErrors.NotFound);
        if (lease.Version != Stored?.Version)
            throw Error(KubernetesErrors.Conflict);
        // A server makes no new version of what is the same.
        if (Stored is not null && lease == Stored)
            return Stored;
        Stored = lease with { Version = $"{++_version}" };
        if (Holders.LastOrDefault() != Stored.Holder && !string.IsNullOrEmpty(Stored.Holder))
            Holders.Add(Stored.Holder);
        return Stored;
    }

    public void Delete() => Stored = null;

    /// <summary>Another hand writes into it.</summary>
    public void Seize(string holder, TimeSpan duration) => Write((Stored ?? Lease.None).HeldBy(holder, duration, DateTimeOffset.UnixEpoch));

    public static AgentException Error(ErrorCode code) => new(code, "the lease", "as the test wants it", "nothing");
}
