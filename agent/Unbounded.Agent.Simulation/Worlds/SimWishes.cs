using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Worlds;

internal sealed class SimWishes(Scissors scissors) : IWishes
{
    public DesiredState? Desired { get; set; }

    public Requests Requests { get; set; } = Requests.None;

    public ErrorRecord? Problem { get; set; }

    public int Reads { get; private set; }

    public List<(string Request, ErrorRecord? Refusal)> Answers { get; } = [];

    public Task<Wishes> ReadAsync(CancellationToken cancellationToken)
    {
        Reads++;
        return Task.FromResult(new Wishes(Desired, Requests, Problem));
    }

    public async Task AnswerAsync(string request, ErrorRecord? refusal, CancellationToken cancellationToken)
    {
        Answers.Add((request, refusal));
        Requests = new()
        {
            Rollback = Requests.Rollback == request ? null : Requests.Rollback,
            Update = Requests.Update == request ? null : Requests.Update,
        };
        await scissors.HappenedAsync($"answer {request}");
    }
}
