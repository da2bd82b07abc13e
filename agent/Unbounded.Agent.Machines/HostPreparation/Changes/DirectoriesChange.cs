using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Directories of the agent's own. The undoing removes those that it made and that are empty.</summary>
internal sealed class DirectoriesChange : HostChange<DirectoriesState>
{
    private readonly IHostFiles _files;
    private readonly IReadOnlyList<OwnDirectory> _directories;

    public DirectoriesChange(IHostFiles files, IReadOnlyList<OwnDirectory> directories)
        : base(HostChangeJson.Default.DirectoriesState)
    {
        _files = files;
        _directories = directories;
    }

    public override string Name => "directories";

    public override string Description => $"directories {string.Join(", ", _directories.Select(d => d.Path))}";

    protected override async Task<DirectoriesState?> CaptureStateAsync(HostFacts facts, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var directory in _directories)
        {
            if (facts.Ancestor || await _files.StatAsync(directory.Path, cancellationToken) is null)
                missing.Add(directory.Path);
        }

        return new DirectoriesState(missing);
    }

    protected override async Task<bool> IsAppliedAsync(DirectoriesState state, CancellationToken cancellationToken)
    {
        foreach (var directory in _directories)
        {
            if (await _files.StatAsync(directory.Path, cancellationToken) is not { } found || (directory.Repaired && found.Mode != directory.Mode))
                return false;
        }

        return true;
    }

    protected override async Task<DirectoriesState> ApplyAsync(DirectoriesState state, IHostReport report, CancellationToken cancellationToken)
    {
        foreach (var directory in _directories)
        {
            await _files.CreateDirectoryAsync(directory.Path, directory.Mode, cancellationToken);
            if (directory.Repaired)
                await _files.SetDirectoryModeAsync(directory.Path, directory.Mode, cancellationToken);
        }

        return state;
    }

    protected override async Task<IReadOnlyList<string>> DescribeUndoAsync(DirectoriesState? state, HostFacts facts, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var path in Mine(state))
        {
            if (await _files.StatAsync(path, cancellationToken) is not null)
                lines.Add($"remove directory {path}, if nothing else is in it");
        }

        return lines;
    }

    protected override async Task UndoAsync(DirectoriesState? state, HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        foreach (var path in Mine(state).Reverse())
        {
            if (!await _files.RemoveEmptyDirectoryAsync(path, cancellationToken))
                report.Warn($"{path} stays: it holds {string.Join(", ", (await _files.ListAsync(path, cancellationToken)).Take(5))}, which the agent did not put there");
        }
    }

    // A directory that somebody else put something into is theirs: it was warned of and is no leftover.
    public override Task<IReadOnlyList<string>> FindLeftoversAsync(System.Text.Json.JsonElement? state, HostFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    private IEnumerable<string> Mine(DirectoriesState? state) => state?.Created ?? _directories.Select(d => d.Path);
}
