using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Core.Configuration.Applied;

/// <summary>
/// Keeps the applied config on disk, derived from and repaired by the record: exactly one slot has one. After a crash at any instant config and sidecar
/// match, or the sidecar is missing, which an ancestor only warns of; never a mismatch.
/// </summary>
/// <param name="store">Storage.</param>
/// <param name="directory">Where the files are: <c>/etc/unbounded/agent</c>.</param>
/// <param name="slots">Every slot of the backend.</param>
public sealed class AppliedConfigFiles(IDurableStore store, string directory, IReadOnlyList<SlotName> slots)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxSidecarBytes = 4096;

    /// <summary>Path of a slot's applied config.</summary>
    public string PathOf(SlotName slot) => $"{directory}/{slot}-applied-config.json";

    /// <summary>Path of its checksum.</summary>
    public string SidecarPathOf(SlotName slot) => PathOf(slot) + ".sha256";

    /// <summary>
    /// Makes the files say that <paramref name="active"/> was made from these bytes, and that no other slot is active. Files that are right already are not
    /// written. To be called after commit and whenever the agent starts; may be repeated.
    /// </summary>
    /// <param name="active">The active slot.</param>
    /// <param name="config">The exact bytes of its applied config.</param>
    /// <param name="cancellationToken">Cancels between two files.</param>
    /// <returns>Whether a file of the active slot was written.</returns>
    public async Task<bool> EnsureAsync(SlotName active, ReadOnlyMemory<byte> config, CancellationToken cancellationToken)
    {
        var written = await WriteAsync(active, config, cancellationToken);
        foreach (var other in slots.Where(s => s != active))
            await RemoveAsync(other, cancellationToken);
        return written;
    }

    /// <summary>Removes the files of every slot.</summary>
    public async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        foreach (var slot in slots)
            await RemoveAsync(slot, cancellationToken);
    }

    /// <summary>Finds what an ancestor left on a host that has no record. Null: there is nothing, the host is fresh.</summary>
    /// <exception cref="AgentException">
    /// <see cref="CoreErrors.AppliedConfigAmbiguous"/>: several slots have one. <see cref="CoreErrors.AppliedConfigMismatch"/>,
    /// <see cref="CoreErrors.AppliedConfigInvalid"/>: the one that is there can't be trusted.
    /// </exception>
    public async Task<DiscoveredAppliedConfig?> DiscoverAsync(CancellationToken cancellationToken)
    {
        var found = new List<(SlotName Slot, byte[] Bytes)>();
        foreach (var slot in slots)
        {
            if (await store.ReadAsync(PathOf(slot), AppliedConfig.MaxBytes, cancellationToken) is { } bytes)
                found.Add((slot, bytes));
        }

        if (found.Count == 0)
            return null;
        if (found.Count > 1)
            throw Ambiguous(found.Select(f => PathOf(f.Slot)));
        var (active, config) = found[0];
        var sidecar = await store.ReadAsync(SidecarPathOf(active), MaxSidecarBytes, cancellationToken);
        return new DiscoveredAppliedConfig(active, AppliedConfig.Load(PathOf(active), config, sidecar));
    }

    private async Task<bool> WriteAsync(SlotName slot, ReadOnlyMemory<byte> config, CancellationToken cancellationToken)
    {
        var sidecar = AppliedConfig.Sidecar(config.Span);
        var present = await store.ReadAsync(PathOf(slot), AppliedConfig.MaxBytes, cancellationToken);
        var stated = await store.ReadAsync(SidecarPathOf(slot), MaxSidecarBytes, cancellationToken);
        var same = present is not null && config.Span.SequenceEqual(present);
        // A sidecar of other bytes must be gone before the config changes, or a crash between the two leaves a mismatch.
        if (!same && stated is not null && !sidecar.AsSpan().SequenceEqual(stated))
            await store.DeleteAsync(SidecarPathOf(slot), cancellationToken);
        var written = await store.WriteIfChangedAsync(PathOf(slot), config, Private, cancellationToken);
        return await store.WriteIfChangedAsync(SidecarPathOf(slot), sidecar, Private, cancellationToken) || written;
    }

    private async Task RemoveAsync(SlotName slot, CancellationToken cancellationToken)
    {
        // The config first: without it the sidecar means nothing, the other way round the config would go unchecked.
        await store.DeleteAsync(PathOf(slot), cancellationToken);
        await store.DeleteAsync(SidecarPathOf(slot), cancellationToken);
    }

    private static AgentException Ambiguous(IEnumerable<string> paths) => new(
        CoreErrors.AppliedConfigAmbiguous,
        "It is unknown which side is active",
        $"there is no record, and several applied configs: {string.Join(", ", paths)}",
        "See which machine's kubelet runs, move the other one's applied config and .sha256 out of the directory, and start again");
}
