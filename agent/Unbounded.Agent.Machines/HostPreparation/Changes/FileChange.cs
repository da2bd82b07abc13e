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
        if (found is { Kind: HostFileKind.Directory or HostFileKind.Other })
            throw NotAFile();
        if (found is not null && _spec.OnlyWhereMissing)
            return null;
        // The ancestor's copy is replaced for good: undoing removes the node, it does not bring the ancestor back.
        var keep = facts.Ancestor && _spec.AncestorHasIt ? null : found;
        return new FileState(keep, await Parents.MissingAsync(_files, _spec.Path, cancellationToken));
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
        if (_spec.Content is null || await IsAppliedAsync(state, cancellationToken))
            return state;
        foreach (var directory in await Parents.MissingAsync(_files, _spec.Path, cancellationToken))
            await _files.CreateDirectoryAsync(directory, DirectoryMode, cancellationToken);
        if (state.Found is not null && await _files.StatAsync(_spec.Path, cancellationToken) == state.Found)
        {
            await _files.KeepAsync(_spec.Path, KeptPath, cancellationToken);
            report.Info($"{_spec.Path} was there: it is kept as {KeptPath} until uninstall");
        }

        await _files.WriteAsync(_spec.Path, _spec.Content, _spec.Mode, cancellationToken);
        return state;
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(FileState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        if (await _files.StatAsync(KeptPath, cancellationToken) is not null)
            return [$"put {_spec.Path} back as it was"];
        return await MayDeleteAsync(state, facts, cancellationToken) ? [$"remove {_spec.Path}"] : [];
    }

    protected override async Task UndoAsync(FileState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        if (state?.Found is not null || (state is null && await _files.StatAsync(KeptPath, cancellationToken) is not null))
            await _files.RestoreAsync(KeptPath, _spec.Path, cancellationToken);
        else if (state is not null || await MayDeleteAsync(state, facts, cancellationToken))
            await _files.DeleteAsync(_spec.Path, cancellationToken);
        foreach (var directory in (state?.CreatedDirectories ?? []).Reverse())
            await _files.RemoveEmptyDirectoryAsync(directory, cancellationToken);
    }

    private async Task<bool> MayDeleteAsync(FileState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        if (state?.Found is not null || await _files.StatAsync(_spec.Path, cancellationToken) is not { } now)
            return false;
        if (state is not null || (facts.Ancestor && _spec.AncestorHasIt))
            return true;
        // No record: the agent's own content, byte for byte, can be nobody else's.
        return now.Kind == HostFileKind.File && !_spec.OnlyWhereMissing && await IsOwnContentAsync(now, cancellationToken);
    }

    private async Task<bool> IsOwnContentAsync(HostFileInfo now, CancellationToken cancellationToken) =>
        _spec.Content is not null && string.Equals(now.Digest, await _spec.Content.DigestAsync(cancellationToken), StringComparison.Ordinal);

    private AgentException NotAFile() => new(
        MachinesErrors.HostFileRefused,
        $"{_spec.Path} can't be written",
        "something that is not a file is there",
        "Move it away and install again");
}
