using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Requests;
using Unbounded.Agent.Status;

namespace Unbounded.Agent.Wishing;

/// <summary>
/// What is wanted according to this host's own files: <c>config.json</c>, <c>machine.yaml</c> beside it, and the requests of people. A file that is being
/// written, or that is not valid, changes nothing: what was wanted before stays wanted (one call at a time).
/// </summary>
internal sealed partial class LocalWishes(DesiredFiles files, RequestStore requests, Func<bool?> nodeDeleted, ILogger<LocalWishes> logger) : IWishes
{
    private const string NoName = "unknown";

    private DesiredState? _lastGood;
    private readonly HashSet<string> _damagedSaid = new(StringComparer.Ordinal);
    private string? _said;

    /// <summary>The Machine that was accepted last.</summary>
    public StatusOrigin Origin => _lastGood is { } good ? new(good.Config.MachineName, good.Generation, Warnings) : new(NoName, null, Warnings);

    /// <summary>What is odd about the files that were read last, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    public async Task<Wishes> ReadAsync(CancellationToken cancellationToken)
    {
        var (asked, damaged) = await ReadRequestsAsync(cancellationToken);
        // Half a document can be a valid one: its writer's close(2) is the next signal to look.
        if (OpenWriters.Has(files.ConfigFile) || OpenWriters.Has(files.MachineFile))
            return new(_lastGood, asked, damaged);
        try
        {
            var read = await files.ReadAsync(cancellationToken);
            _lastGood = read?.State;
            Say(read?.Warnings ?? []);
            return new(_lastGood, asked, damaged);
        }
        catch (AgentException e)
        {
            Refuse(e);
            return new(_lastGood, asked, ErrorRecord.From(e));
        }
    }

    public Task AnswerAsync(string request, ErrorRecord? refusal, CancellationToken cancellationToken) =>
        requests.AnswerAsync(request, refusal, cancellationToken);

    private async Task<(Core.Transaction.Planning.Requests Asked, ErrorRecord? Damaged)> ReadRequestsAsync(CancellationToken cancellationToken)
    {
        var list = await requests.ListAsync(cancellationToken);
        foreach (var damaged in list.Damaged.Where(d => _damagedSaid.Add(d.Message)))
            LogRequestDamaged(damaged);
        var asked = new Core.Transaction.Planning.Requests
        {
            Rollback = list.First(RequestKind.Rollback)?.Id,
            Update = list.First(RequestKind.Update)?.Id,
            NodeDeleted = nodeDeleted(),
            IgnoreWindow = list.Waiting.Any(r => r is { Kind: RequestKind.Update, IgnoreWindow: true }),
        };
        return (asked, list.Damaged.Count == 0 ? null : ErrorRecord.From(list.Damaged[0]));
    }

    // Asked at every turn: the same is logged once.
    private void Say(IReadOnlyList<string> warnings)
    {
        Warnings = warnings;
        var said = string.Join('\n', warnings);
        if (said == _said)
            return;
        _said = said;
        foreach (var warning in warnings)
            LogWarning(warning);
    }

    private void Refuse(AgentException refused)
    {
        if (refused.Message == _said)
            return;
        _said = refused.Message;
        LogRefused(refused);
    }
}
