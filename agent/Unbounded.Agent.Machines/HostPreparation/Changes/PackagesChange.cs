using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Installs what is missing to run machines. The undoing removes exactly what that brought.</summary>
internal sealed class PackagesChange : HostChange<PackagesState>
{
    private readonly IPackages _packages;
    private readonly bool _allowed;

    public PackagesChange(IPackages packages, bool allowed)
        : base(HostChangeJson.Default.PackagesState)
    {
        _packages = packages;
        _allowed = allowed;
    }

    public override string Name => "packages";

    public override string Description => "install missing packages (systemd-container and what else a machine needs)";

    protected override async Task<PackagesState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        var missing = await _packages.MissingAsync(cancellationToken);
        if (missing.Count == 0)
            return null;
        if (!_allowed)
        {
            throw new AgentException(
                MachinesErrors.PackagesNotInstalled,
                $"the host lacks {string.Join(", ", missing)}",
                "installing packages was not allowed",
                "Install them and run install again, or allow it");
        }

        return new PackagesState(await _packages.PlanAsync(missing, cancellationToken));
    }

    protected override async Task<bool> IsAppliedAsync(PackagesState state, CancellationToken cancellationToken) =>
        (await _packages.MissingAsync(cancellationToken)).Count == 0;

    protected override async Task<PackagesState> ApplyAsync(PackagesState state, IHostReport report, CancellationToken cancellationToken)
    {
        var missing = await _packages.MissingAsync(cancellationToken);
        if (missing.Count > 0)
            await _packages.InstallAsync(missing, report, cancellationToken);
        return state;
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(PackagesState? state, HostFacts facts, CancellationToken cancellationToken) =>
        await InstalledAsync(state, cancellationToken) is { Count: > 0 } installed ? [$"remove packages {string.Join(", ", installed)}"] : [];

    protected override async Task UndoAsync(PackagesState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        var installed = await InstalledAsync(state, cancellationToken);
        if (installed.Count > 0 && !await _packages.TryRemoveAsync(installed, cancellationToken))
            report.Warn($"packages {string.Join(", ", installed)} stay: others need them by now");
    }

    public override Task<IReadOnlyList<string>> FindLeftoversAsync(System.Text.Json.JsonElement? state, HostFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    private async Task<IReadOnlyList<string>> InstalledAsync(PackagesState? state, CancellationToken cancellationToken) =>
        state is null ? [] : await _packages.InstalledAsync(state.Planned, cancellationToken);
}
