using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.Cluster;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>A cluster that says what a test wants.</summary>
internal sealed class FakeClusterNode : IClusterNode
{
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsFollowed { get; set; } = true;

    public ClusterNodeView? Latest { get; set; }

    public ClusterNodeView? Answer { get; set; }

    public DateTimeOffset? Renewed { get; set; }

    public IReadOnlyList<ClusterPodView> Pods { get; set; } = [];

    public AgentException? Failure { get; set; }

    public bool Hangs { get; set; }

    public Task Hanging => _hanging.Task;

    public int Asked { get; private set; }

    public Task<ClusterNodeView?> AskAsync(CancellationToken cancellationToken) => AnswerAsync(() => Answer, cancellationToken);

    public Task<DateTimeOffset?> AskRenewedAsync(CancellationToken cancellationToken) => AnswerAsync(() => Renewed, cancellationToken);

    public Task<IReadOnlyList<ClusterPodView>> AskSystemPodsAsync(CancellationToken cancellationToken) => AnswerAsync(() => Pods, cancellationToken);

    private async Task<T> AnswerAsync<T>(Func<T> answer, CancellationToken cancellationToken)
    {
        Asked++;
        if (Hangs)
        {
            var forever = Task.Delay(Timeout.Infinite, cancellationToken);
            _hanging.SetResult();
            await forever;
        }

        return Failure is null ? answer() : throw Failure;
    }
}
