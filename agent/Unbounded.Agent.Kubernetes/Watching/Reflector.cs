using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Kubernetes.Watching;

/// <summary>
/// Follows a collection for ever: lists it, watches it, goes on where a watch ended, lists again when the server has forgotten that place (410), and waits
/// with growing, jittered pauses while it can't.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="path">The collection.</param>
/// <param name="selection">Which of its objects.</param>
/// <param name="options">Pauses.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Jitter.</param>
public sealed class Reflector(
    KubernetesClient client,
    ResourcePath path,
    Selection selection,
    ReflectorOptions options,
    TimeProvider time,
    Random random)
{
    private int _failures;
    private bool _lost;

    /// <summary>Follows until cancelled. One caller at a time.</summary>
    public async IAsyncEnumerable<Reflection> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = Channel.CreateBounded<Reflection>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = Task.Run(() => FollowAsync(told.Writer, ended.Token), CancellationToken.None);
        try
        {
            await foreach (var reflection in told.Reader.ReadAllAsync(cancellationToken))
                yield return reflection;
        }
        finally
        {
            await ended.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Nothing but a fault of this class ends it: it is not to be lost.
        await work;
    }

    private async Task FollowAsync(ChannelWriter<Reflection> told, CancellationToken cancellationToken)
    {
        string? version = null;
        try
        {
            while (true)
            {
                try
                {
                    version ??= await ListAsync(told, cancellationToken);
                    version = await WatchAsync(told, version, cancellationToken);
                }
                catch (AgentException e)
                {
                    // Too old: listed anew, and at once the first time.
                    version = e.Code == KubernetesErrors.Expired || version is null ? null : version;
                    if (e.Code != KubernetesErrors.Expired || _failures > 0)
                        await LoseAsync(told, e, cancellationToken);
                    if (e.Code == KubernetesErrors.KindMissing || e.Code == KubernetesErrors.NotFound)
                        version = null;
                    await PauseAsync(cancellationToken);
                }
            }
        }
        catch (Exception e)
        {
            told.Complete(e is OperationCanceledException ? null : e);
        }
    }

    private async Task<string> ListAsync(ChannelWriter<Reflection> told, CancellationToken cancellationToken)
    {
        var objects = new List<ApiObject>();
        Page page;
        string? next = null;
        do
        {
            page = await client.ListPageAsync(path, selection, next, cancellationToken);
            objects.AddRange(page.Items);
            if (objects.Count > options.MaxObjects)
                throw ApiErrors.TooLarge(path, options.MaxObjects);
            next = page.Continue;
        }
        while (next is not null);
        _lost = false;
        await told.WriteAsync(new Reflection.Listed(objects), cancellationToken);
        return page.ResourceVersion;
    }

    // Ends when the server ends the watch, which is no failure unless it does so again and again.
    private async Task<string> WatchAsync(ChannelWriter<Reflection> told, string version, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var events = 0;
        try
        {
            await foreach (var happened in client.WatchAsync(path, selection, version, cancellationToken))
            {
                version = happened.ResourceVersion;
                events++;
                await RegainAsync(told, cancellationToken);
                if (happened.Type == WatchEventType.Deleted)
                    await told.WriteAsync(new Reflection.Deleted(happened.Item), cancellationToken);
                else if (happened.Type != WatchEventType.Bookmark)
                    await told.WriteAsync(new Reflection.Changed(happened.Item), cancellationToken);
            }
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.Unreachable && events > 0)
        {
            // It was cut after it had worked: gone on from the last event, as after an orderly end.
        }

        if (time.GetElapsedTime(began) >= options.GoodWatch)
            _failures = 0;
        else
            await PauseAsync(cancellationToken);
        return version;
    }

    private async Task LoseAsync(ChannelWriter<Reflection> told, AgentException error, CancellationToken cancellationToken)
    {
        _lost = true;
        await told.WriteAsync(new Reflection.Lost(error), cancellationToken);
    }

    private async Task RegainAsync(ChannelWriter<Reflection> told, CancellationToken cancellationToken)
    {
        if (!_lost)
            return;
        _lost = false;
        await told.WriteAsync(new Reflection.Regained(), cancellationToken);
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        var delay = options.FirstRetry * Math.Pow(2, Math.Min(_failures++, 16));
        delay = delay < options.LongestRetry ? delay : options.LongestRetry;
#pragma warning disable CA5394 // jitter guards nothing
        await Task.Delay(delay * (0.5 + (random.NextDouble() / 2)), time, cancellationToken);
#pragma warning restore CA5394
    }
}
