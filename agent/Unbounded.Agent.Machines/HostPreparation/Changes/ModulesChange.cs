using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Has systemd load the modules of the modules-load.d file now. The undoing unloads those that were not there and that nothing uses.</summary>
internal sealed class ModulesChange : HostChange<ModulesState>
{
    private const string Loader = "systemd-modules-load.service";
    private readonly HostServices _host;
    private readonly IReadOnlyList<string> _modules;

    public ModulesChange(HostServices host, IReadOnlyList<string> modules)
        : base(HostChangeJson.Default.ModulesState)
    {
        _host = host;
        _modules = modules;
    }

    public override string Name => "modules-live";

    public override string Description => $"load kernel modules {string.Join(", ", _modules)}";

    protected override async Task<ModulesState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken) =>
        await AbsentAsync(cancellationToken) is { Count: > 0 } absent ? new ModulesState(absent) : null;

    protected override async Task<bool> IsAppliedAsync(ModulesState state, CancellationToken cancellationToken) =>
        (await AbsentAsync(cancellationToken)).Count == 0;

    protected override async Task<ModulesState> ApplyAsync(ModulesState state, IHostReport report, CancellationToken cancellationToken)
    {
        try
        {
            await _host.Units.RestartAsync(Loader, cancellationToken);
        }
        catch (AgentException e)
        {
            report.Warn($"{Loader} failed: {e.Why}");
        }

        foreach (var module in await AbsentAsync(cancellationToken))
            report.Warn($"kernel module {module} is not loaded: load it on the machine that owns the kernel, or pods' network may fail");
        return state;
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(ModulesState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var module in state?.Absent ?? [])
        {
            if (await _host.Modules.IsPresentAsync(module, cancellationToken))
                lines.Add($"unload kernel module {module}, if nothing uses it");
        }

        return lines;
    }

    protected override async Task UndoAsync(ModulesState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        foreach (var module in (state?.Absent ?? []).Reverse())
        {
            if (await _host.Modules.IsPresentAsync(module, cancellationToken) && !await _host.Modules.TryUnloadAsync(module, cancellationToken))
                report.Info($"kernel module {module} is in use and stays until the next boot");
        }
    }

    public override Task<IReadOnlyList<string>> FindLeftoversAsync(System.Text.Json.JsonElement? state, HostFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    private async Task<IReadOnlyList<string>> AbsentAsync(CancellationToken cancellationToken)
    {
        var absent = new List<string>();
        foreach (var module in _modules)
        {
            if (!await _host.Modules.IsPresentAsync(module, cancellationToken))
                absent.Add(module);
        }

        return absent;
    }
}
