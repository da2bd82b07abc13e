using System.Text;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Bench.Watches;

/// <summary>One agent: follows its own Machine.</summary>
internal sealed class WatchingAgent(KubernetesClient client, ResourcePath machines, string name)
{
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TimeSpan> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When its Machine was edited, by the clock's timestamp.</summary>
    public long Edited { get; set; }

    public Task Listed => _listed.Task;

    /// <summary>From the edit to its being known here.</summary>
    public Task<TimeSpan> Told => _told.Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var own = client;
        var reflector = new Reflector(own, machines, Selection.Named(name), new ReflectorOptions(), TimeProvider.System, Random.Shared);
        try
        {
            await foreach (var reflection in reflector.FollowAsync(cancellationToken))
            {
                if (reflection is Reflection.Listed)
                    _listed.TrySetResult();
                if (reflection is Reflection.Changed { Item: var item } && Encoding.UTF8.GetString(item.Json.Span).Contains("1.31.0", StringComparison.Ordinal))
                    _told.TrySetResult(TimeProvider.System.GetElapsedTime(Edited));
            }
        }
        catch (OperationCanceledException)
        {
            // The run ends.
        }
    }
}
