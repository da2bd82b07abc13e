using System.Text.Json;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>
/// Changes nothing on installing but notes what is there; the undoing removes the links, rules, routes and firewall chains that the node has added since.
/// </summary>
internal sealed class NetworkChange : HostChange<NetworkState>
{
    /// <summary>Its name in the journal.</summary>
    public const string ChangeName = "network";

    private readonly IHostNetwork _network;

    public NetworkChange(IHostNetwork network)
        : base(HostChangeJson.Default.NetworkState) => _network = network;

    public override string Name => ChangeName;

    public override string Description => "note the links, rules, routes and firewall chains that are not the node's";

    /// <summary>What was there before the first machine; null when that is not recorded.</summary>
    public static IReadOnlySet<string>? Baseline(JsonElement? state) =>
        state?.Deserialize(HostChangeJson.Default.NetworkState) is { } s ? s.Baseline.ToHashSet(StringComparer.Ordinal) : null;

    protected override async Task<NetworkState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken) =>
        new(facts.Ancestor ? [] : await _network.FindAsync(new HashSet<string>(StringComparer.Ordinal), cancellationToken));

    protected override Task<bool> IsAppliedAsync(NetworkState state, CancellationToken cancellationToken) => Task.FromResult(true);

    protected override Task<NetworkState> ApplyAsync(NetworkState state, IHostReport report, CancellationToken cancellationToken) => Task.FromResult(state);

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(NetworkState? state, HostFacts facts, CancellationToken cancellationToken) =>
        [.. (await MineAsync(state, facts, cancellationToken)).Select(i => $"remove {i}")];

    protected override async Task UndoAsync(NetworkState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken) =>
        await _network.RemoveAsync(await MineAsync(state, facts, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<string>> MineAsync(NetworkState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        // Without a record nobody can tell a node's from another's; on a host of the ancestor's its reset would take them all.
        if (state is null && !facts.Ancestor)
            return [];
        return await _network.FindAsync((state?.Baseline ?? []).ToHashSet(StringComparer.Ordinal), cancellationToken);
    }
}
