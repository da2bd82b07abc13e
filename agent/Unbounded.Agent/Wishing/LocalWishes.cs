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
internal sealed partial class LocalWishes(DesiredFiles files, RequestStore requests, ILogger<LocalWishes> logger) : IWishes
{
    private const string NoName = "unknown";

    private DesiredState? _lastGood;
    private string? _said;

    /// <summary>The Machine that was accepted last.</summary>
    public StatusOrigin Origin => _lastGood is { } good ? new(good.Config.MachineName, good.Generation) : new(NoName, null);

    /// <summary>What is odd about the files that were read last, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    public async Task<Wishes> ReadAsync(CancellationToken cancellationToken)
    {
        var asked = await ReadRequestsAsync(cancellationToken);
        // Half a document can be a valid one: its writer's close(2) is the next signal to look.
        if (OpenWriters.Has(files.ConfigFile) || OpenWriters.Has(files.MachineFile))
            return new(_lastGood, asked);
        try
        {
            var read = await files.ReadAsync(cancellationToken);
            _lastGood = read?.State;
            Say(read?.Warnings ?? []);
            return new(_lastGood, asked);
        }
        catch (AgentException e)
        {
            Refuse(e);
            return new(_lastGood, asked, ErrorRecord.From(e));
        }
    }

    public Task AnswerAsync(string request, ErrorRecord? refusal, CancellationToken cancellationToken) =>
        requests.AnswerAsync(request, refusal, cancellationToken);

    private async Task<Core.Transaction.Planning.Requests> ReadRequestsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var waiting = await requests.ListAsync(cancellationToken);
            return new() { Rollback = waiting.FirstOrDefault(r => r.Kind == RequestKind.Rollback)?.Id };
        }
        catch (AgentException e)
        {
            Refuse(e);
            return Core.Transaction.Planning.Requests.None;
        }
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
