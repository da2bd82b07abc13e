using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Kubernetes.Watching;

/// <summary>
/// Keeps what is known of a collection, by key (<c>NAME</c>, or <c>NAMESPACE/NAME</c>), and says which keys changed. What it keeps may be old: who acts on a key asks the
/// server first. Thread-safe; run once.
/// </summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
/// <param name="what">The collection in words, for the log.</param>
/// <param name="follow">Follows the collection: <see cref="Reflector.FollowAsync(CancellationToken)"/>.</param>
/// <param name="read">Reads an object; null: it is none that is kept.</param>
/// <param name="changed">Told each key that came, changed or went, one after the other, after the store knows of it.</param>
/// <param name="logger">The log.</param>
public sealed class Informer<T>(
    string what,
    Func<CancellationToken, IAsyncEnumerable<Reflection>> follow,
    Func<ApiObject, T?> read,
    Action<string> changed,
    ILogger logger)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, (string? Version, T Value)> _known = new(StringComparer.Ordinal);
    private ErrorCode? _said;

    /// <summary>Ends when everything that was there at the beginning is known.</summary>
    public Task Listed => _listed.Task;

    /// <summary>Everything that is known, in no order.</summary>
    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
                return [.. _known.Values.Select(k => k.Value)];
        }
    }

    /// <summary>What is known of a key; null: nothing.</summary>
    public T? Find(string key)
    {
        lock (_lock)
            return _known.TryGetValue(key, out var found) ? found.Value : null;
    }

    /// <summary>Follows until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var reflection in follow(cancellationToken))
        {
            switch (reflection)
            {
                case Reflection.Listed { Objects: var objects }:
                    Replace(objects);
                    Regain();
                    _listed.TrySetResult();
                    break;
                case Reflection.Changed { Item: var item }:
                    Keep(KeyOf(item.Meta), item);
                    break;
                case Reflection.Deleted { Item: var item }:
                    Keep(KeyOf(item.Meta), null);
                    break;
                case Reflection.Lost { Error: var error }:
                    Lose(error);
                    break;
                case Reflection.Regained:
                    Regain();
                    break;
            }
        }
    }

    private static string KeyOf(ObjectMeta meta) => meta.Namespace is null ? meta.Name : $"{meta.Namespace}/{meta.Name}";

    private void Replace(IReadOnlyList<ApiObject> objects)
    {
        var next = new Dictionary<string, (string? Version, T Value)>(StringComparer.Ordinal);
        foreach (var item in objects)
        {
            var key = KeyOf(item.Meta);
            if (Read(key, item) is { } value)
                next[key] = (item.Meta.ResourceVersion, value);
        }

        Dictionary<string, (string? Version, T Value)> before;
        lock (_lock)
            (before, _known) = (_known, next);
        foreach (var key in before.Keys.Where(k => !next.ContainsKey(k)).Concat(next.Keys.Where(k => !before.TryGetValue(k, out var b) || b.Version != next[k].Version)).ToList())
            changed(key);
        logger.LogListed(what, next.Count);
    }

    private void Keep(string key, ApiObject? item)
    {
        var value = item is null ? null : Read(key, item);
        lock (_lock)
        {
            if (value is not null)
                _known[key] = (item!.Meta.ResourceVersion, value);
            else if (!_known.Remove(key))
                return;
        }

        changed(key);
    }

    private T? Read(string key, ApiObject item)
    {
        try
        {
            return read(item);
        }
#pragma warning disable CA1031 // anybody may have made it: one object that can't be read ends nothing
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogUnreadable(e, what, key);
            return null;
        }
    }

    private void Lose(AgentException error)
    {
        if (_said == error.Code)
            return;
        _said = error.Code;
        logger.LogLost(error, what);
    }

    private void Regain()
    {
        if (_said is null)
            return;
        _said = null;
        logger.LogRegained(what);
    }
}
