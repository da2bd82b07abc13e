using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>
/// A file of the agent's. Whatever else is at its path is kept beside it under a second name, owner and times and all, and moved back by the undoing.
/// </summary>
internal sealed class FileChange : HostChange<FileState>
{
    private const UnixFileMode DirectoryMode = (UnixFileMode)0b111_101_101;
    private readonly IHostFiles _files;
    private readonly FileSpec _spec;

    public FileChange(IHostFiles files, FileSpec spec)
        : base(HostChangeJson.Default.FileState)
    {
        _files = files;
        _spec = spec;
    }

    public override string Name => _spec.Name;

    public override string Description => $"{_spec.Path}: {_spec.Purpose}";

    private string KeptPath => $"{Path.GetDirectoryName(_spec.Path)}/.{Path.GetFileName(_spec.Path)}.unbounded-kept";

    public override async Task CheckAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        if (await CaptureStateAsync(facts, cancellationToken) is { } state && !await IsAppliedAsync(state, cancellationToken))
            await _files.DemandWritableAsync(_spec.Path, cancellationToken);
    }

    protected override async Task<FileState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        if (_spec.Content is null || (_spec.Needs is { } needs && await _files.StatAsync(needs, cancellationToken) is null))
            return null;
        var found = await _files.StatAsync(_spec.Path, cancellationToken);
        RefuseOther(found);
        if (found is not null && _spec.OnlyWhereMissing)
            return null;
        // The ancestor's copy is replaced for good: undoing removes the node, it does not bring the ancestor back.
        var ancestors = facts.Ancestor && _spec.AncestorHasIt ? found : null;
        return new FileState(ancestors is null ? found : null, await Parents.MissingAsync(_files, _spec.Path, cancellationToken))
        {
            Own = ancestors is null ? [] : [ancestors.Digest],
        };
    }

    protected override async Task<FileState> IntendAsync(FileState state, CancellationToken cancellationToken)
    {
        if (_spec.Content is null)
            return state;
        // What stands there after an installation that ended is this one's to replace.
        var known = state is { Own: not null, Settled: false } ? state.Own
            : await _files.StatAsync(_spec.Path, cancellationToken) is { } now ? [now.Digest] : [];
        return state with { Own = [.. known.Append(await _spec.Content.DigestAsync(cancellationToken)).Distinct(StringComparer.Ordinal)], Settled = false };
    }

    protected override async Task<bool> IsAppliedAsync(FileState state, CancellationToken cancellationToken)
    {
        var now = await _files.StatAsync(_spec.Path, cancellationToken);
        if (_spec.OnlyWhereMissing || _spec.Content is null)
            return now is not null || _spec.Content is null;
        return now is { Kind: HostFileKind.File } && now.Mode == _spec.Mode && await IsOwnContentAsync(now, cancellationToken);
    }

    protected override async Task<FileState> ApplyAsync(FileState state, IHostReport report, CancellationToken cancellationToken)
    {
        if (_spec.Content is null)
            return state;
        var now = await _files.StatAsync(_spec.Path, cancellationToken);
        if (await IsAppliedAsync(state, cancellationToken))
            return await SettledAsync(state, now is not null && IsOurs(now, state), cancellationToken);
        RefuseOther(now);
        foreach (var directory in await Parents.MissingAsync(_files, _spec.Path, cancellationToken))
            await _files.CreateDirectoryAsync(directory, DirectoryMode, cancellationToken);
        if (now is not null && (now == state.Found || !IsOurs(now, state)))
            await KeepAsync(now, report, cancellationToken);
        await _files.WriteAsync(_spec.Path, _spec.Content, _spec.Mode, cancellationToken);
        return await SettledAsync(state, settled: true, cancellationToken);
    }

    // What is kept counts as what was found, also where an earlier run kept it and was cut off.
    private async Task<FileState> SettledAsync(FileState state, bool settled, CancellationToken cancellationToken) =>
        state with { Found = await _files.StatAsync(KeptPath, cancellationToken) ?? state.Found, Settled = settled };

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(FileState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        var (now, kept) = (await _files.StatAsync(_spec.Path, cancellationToken), await _files.StatAsync(KeptPath, cancellationToken));
        return IsAnOwners(now, state) ? kept is null ? [] : [$"leave {_spec.Path} as it is"]
            : kept is not null ? [$"put {_spec.Path} back as it was"]
            : await MayDeleteAsync(now, state, facts, cancellationToken) ? [$"remove {_spec.Path}"]
            : [];
    }

    protected override async Task UndoAsync(FileState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        var (now, kept) = (await _files.StatAsync(_spec.Path, cancellationToken), await _files.StatAsync(KeptPath, cancellationToken));
        if (IsAnOwners(now, state))
        {
            report.Info($"{_spec.Path} was changed after an installation that was cut off: it stays as it is");
            if (kept is not null && kept != now)
                await SetAsideAsync(report, cancellationToken);
        }

        if (now is not null && kept is null && await MayDeleteAsync(now, state, facts, cancellationToken))
            await _files.DeleteAsync(_spec.Path, cancellationToken);
        else
            await _files.RestoreAsync(KeptPath, _spec.Path, cancellationToken);
        foreach (var directory in (state?.CreatedDirectories ?? []).Reverse())
            await _files.RemoveEmptyDirectoryAsync(directory, cancellationToken);
    }

    // An owner who changes a file between a crash and the next run has the last word: that is put back by the undoing, and what was kept before it gets a
    // name of its own.
    private async Task KeepAsync(HostFileInfo now, IHostReport report, CancellationToken cancellationToken)
    {
        if (await _files.StatAsync(KeptPath, cancellationToken) is { } kept && kept != now)
            await SetAsideAsync(report, cancellationToken);
        await _files.KeepAsync(_spec.Path, KeptPath, cancellationToken);
        report.Info($"{_spec.Path} was there: it is kept as {KeptPath} until uninstall");
    }

    private async Task SetAsideAsync(IHostReport report, CancellationToken cancellationToken)
    {
        var aside = $"{_spec.Path}.before-unbounded-agent";
        for (var i = 2; await _files.StatAsync(aside, cancellationToken) is not null; i++)
            aside = $"{_spec.Path}.before-unbounded-agent.{i}";
        await _files.RestoreAsync(KeptPath, aside, cancellationToken);
        report.Warn($"{_spec.Path} was changed while an installation was cut off: what was there before it is {aside} now");
    }

    private static bool IsOurs(HostFileInfo now, FileState state) => state.Own is null || state.Own.Contains(now.Digest, StringComparer.Ordinal);

    private static bool IsAnOwners(HostFileInfo? now, FileState? state) =>
        now is not null && state is { Settled: false } && now != state.Found && !IsOurs(now, state);

    private async Task<bool> MayDeleteAsync(HostFileInfo? now, FileState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        if (now is null || IsAnOwners(now, state))
            return false;
        // What was found may be gone for good: its owner has deleted it while an installation was cut off.
        if (state?.Found is { } found)
            return now != found && state.Own is not null && IsOurs(now, state);
        if (state is not null || (facts.Ancestor && _spec.AncestorHasIt))
            return true;
        // No record: the agent's own content, byte for byte, can be nobody else's.
        return now.Kind == HostFileKind.File && !_spec.OnlyWhereMissing && await IsOwnContentAsync(now, cancellationToken);
    }

    private async Task<bool> IsOwnContentAsync(HostFileInfo now, CancellationToken cancellationToken) =>
        _spec.Content is not null && string.Equals(now.Digest, await _spec.Content.DigestAsync(cancellationToken), StringComparison.Ordinal);

    private void RefuseOther(HostFileInfo? found)
    {
        if (found is { Kind: HostFileKind.Directory or HostFileKind.Other })
        {
            throw new AgentException(
                MachinesErrors.HostFileRefused,
                $"{_spec.Path} can't be written",
                "something that is not a file is there",
                "Move it away and install again");
        }
    }
}
