using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>
/// A host that the ancestor's agent (Azure/unbounded) had set up: takes its firewall flush out of service, which would wipe a live node's rules
/// whenever another machine boots beside it, and removes on undoing what its reset removes.
/// </summary>
internal sealed class AncestorChange : HostChange<EmptyState>
{
    private readonly HostServices _host;

    public AncestorChange(HostServices host)
        : base(HostChangeJson.Default.EmptyState) => _host = host;

    public override string Name => "ancestor";

    public override string Description => $"disable the ancestor's {AncestorLayout.FlushUnit}, where there is one: it flushes a live node's firewall rules";

    protected override Task<EmptyState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult(facts.Ancestor ? new EmptyState() : null);

    protected override async Task<bool> IsAppliedAsync(EmptyState state, CancellationToken cancellationToken) =>
        !(await _host.Units.GetAsync(AncestorLayout.FlushUnit, cancellationToken)).IsEnabled;

    protected override async Task<EmptyState> ApplyAsync(EmptyState state, IHostReport report, CancellationToken cancellationToken)
    {
        await _host.Units.DisableAsync(AncestorLayout.FlushUnit, cancellationToken);
        return state;
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(EmptyState? state, HostFacts facts, CancellationToken cancellationToken) =>
        [.. (await FindAsync(facts, cancellationToken)).Select(p => $"remove {p}, left by the ancestor's agent")];

    protected override async Task UndoAsync(EmptyState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        if (!facts.Ancestor)
            return;
        foreach (var unit in AncestorLayout.Units)
        {
            if (await _host.Units.GetAsync(unit, cancellationToken) is { Exists: true } found)
            {
                if (found.IsEnabled)
                    await _host.Units.DisableAsync(unit, cancellationToken);
                if (found.IsActive)
                    await _host.Units.StopAsync(unit, cancellationToken);
            }
        }

        foreach (var path in await FindAsync(facts, cancellationToken))
        {
            if (await _host.Files.StatAsync(path, cancellationToken) is { Kind: HostFileKind.Directory })
                await _host.Files.RemoveTreeAsync(path, cancellationToken);
            else
                await _host.Files.DeleteAsync(path, cancellationToken);
        }

        await _host.Units.ReloadAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<string>> FindAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        if (!facts.Ancestor)
            return found;
        foreach (var path in AncestorLayout.Paths)
        {
            if (await _host.Files.StatAsync(path, cancellationToken) is not null)
                found.Add(path);
        }

        found.AddRange((await _host.Files.ListAsync("/tmp", cancellationToken)).Where(AncestorLayout.IsTemporaryConfig).Select(n => $"/tmp/{n}"));
        return found;
    }
}
