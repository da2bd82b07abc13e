using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>
/// Brings the parameters of the sysctl.d file into the running kernel. The file does it at the next boot; a machine needs it now: it can't write them itself.
/// </summary>
internal sealed class SysctlChange : HostChange<SysctlState>
{
    private const string IpForward = "net/ipv4/ip_forward";
    private readonly ISysctls _sysctls;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _wanted;

    public SysctlChange(ISysctls sysctls, IReadOnlyList<KeyValuePair<string, string>> wanted)
        : base(HostChangeJson.Default.SysctlState)
    {
        _sysctls = sysctls;
        _wanted = wanted;
    }

    public override string Name => "sysctl-live";

    public override string Description => $"set {string.Join(", ", _wanted.Select(w => $"{w.Key.Replace('/', '.')}={w.Value}"))} in the running kernel";

    protected override async Task<SysctlState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        var before = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, _) in _wanted)
            before[name] = await _sysctls.ReadAsync(name, cancellationToken);
        var along = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in await SideEffectsAsync(before, cancellationToken))
        {
            if (await _sysctls.ReadAsync(name, cancellationToken) is { } value)
                along[name] = value;
        }

        return new SysctlState(before, along);
    }

    protected override async Task<bool> IsAppliedAsync(SysctlState state, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in _wanted)
        {
            if (!string.Equals(await _sysctls.ReadAsync(name, cancellationToken), value, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    protected override async Task<SysctlState> ApplyAsync(SysctlState state, IHostReport report, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in _wanted)
        {
            var now = await _sysctls.ReadAsync(name, cancellationToken);
            if (string.Equals(now, value, StringComparison.Ordinal))
                continue;
            if (now is null)
                report.Warn($"{name.Replace('/', '.')} can't be set: the kernel has no such parameter (a module that is not loaded?)");
            else if (!await _sysctls.TryWriteAsync(name, value, cancellationToken))
                report.Warn($"{name.Replace('/', '.')} is {now} and can't be set to {value}: the kernel refuses, as in a container. Set it outside");
        }

        return state;
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(SysctlState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var (name, before) in await PendingAsync(state, cancellationToken))
            lines.Add($"set {name.Replace('/', '.')} back to {before}");
        return lines;
    }

    protected override async Task UndoAsync(SysctlState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        foreach (var (name, before) in await PendingAsync(state, cancellationToken))
        {
            if (!await _sysctls.TryWriteAsync(name, before, cancellationToken))
                report.Warn($"{name.Replace('/', '.')} can't be set back to {before}: the kernel refuses. It returns with the next boot");
        }

        // Writing ip_forward resets these, whatever they were: they are put back after it, not before.
        foreach (var (name, before) in state?.SideEffects ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            var now = await _sysctls.ReadAsync(name, cancellationToken);
            if (now is not null && !string.Equals(now, before, StringComparison.Ordinal))
                await _sysctls.TryWriteAsync(name, before, cancellationToken);
        }
    }

    // What the kernel refuses was warned of.
    public override Task<IReadOnlyList<string>> FindLeftoversAsync(System.Text.Json.JsonElement? state, HostFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Parameters that still have the agent's value and had another. One that somebody has changed since is theirs.</summary>
    private async Task<IReadOnlyList<KeyValuePair<string, string>>> PendingAsync(SysctlState? state, CancellationToken cancellationToken)
    {
        var pending = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in _wanted.Reverse())
        {
            if (state?.Before.GetValueOrDefault(name) is { } before && !string.Equals(before, value, StringComparison.Ordinal)
                && string.Equals(await _sysctls.ReadAsync(name, cancellationToken), value, StringComparison.Ordinal))
                pending.Add(new(name, before));
        }

        return pending;
    }

    /// <summary>inet_forward_change() in the kernel: turning forwarding on or off sets it for every interface, and the redirects of all (tried on 6.18).</summary>
    private async Task<IReadOnlyList<string>> SideEffectsAsync(SortedDictionary<string, string?> before, CancellationToken cancellationToken)
    {
        var wanted = _wanted.FirstOrDefault(w => string.Equals(w.Key, IpForward, StringComparison.Ordinal)).Value;
        if (wanted is null || string.Equals(before[IpForward], wanted, StringComparison.Ordinal))
            return [];
        var interfaces = await _sysctls.InterfacesAsync(cancellationToken);
        return
        [
            "net/ipv4/conf/all/accept_redirects",
            .. interfaces.Where(i => i is not "all").Select(i => $"net/ipv4/conf/{i}/forwarding"),
        ];
    }
}
