using System.Globalization;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>Objects as an API server keeps them: versions, generations, who owns which field, and the history that watches read.</summary>
internal sealed class FakeStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, HashSet<string>>> _owners = [];
    private readonly List<FakeEvent> _history = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;
    private long _forgotten;

    public Task Changed
    {
        get
        {
            lock (_lock)
                return _changed.Task;
        }
    }

    public long Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    /// <summary>The server forgets its history: a watch from before is too old.</summary>
    public void Compact()
    {
        lock (_lock)
        {
            _forgotten = ++_version;
            _history.Clear();
        }
    }

    public (long Version, IReadOnlyList<JsonObject> Objects) List(string prefix, bool everywhere)
    {
        lock (_lock)
        {
            var resource = prefix[..(prefix.IndexOf('/', StringComparison.Ordinal) + 1)];
            return (_version, [.. _objects.Where(o => o.Key.StartsWith(everywhere ? resource : prefix, StringComparison.Ordinal)).Select(o => Copy(o.Value))]);
        }
    }

    public IReadOnlyList<FakeEvent> Since(long version)
    {
        lock (_lock)
        {
            if (version < _forgotten)
                throw new FakeRefusal(410, "Expired", $"too old resource version: {version} ({_forgotten})", null);
            return [.. _history.Where(e => e.Version > version)];
        }
    }

    public JsonObject Get(FakeAddress address)
    {
        lock (_lock)
            return Copy(Find(address));
    }

    public JsonObject Create(FakeAddress address, JsonObject body)
    {
        lock (_lock)
        {
            var name = (string?)body["metadata"]?["name"] ?? throw new FakeRefusal(422, "Invalid", "metadata.name: Required value", null);
            var whole = address with { Name = name };
            if (_objects.ContainsKey(whole.Key))
                throw new FakeRefusal(409, "AlreadyExists", $"{whole.Kind.Resource} \"{name}\" already exists", name);
            var made = Copy(body);
            var meta = made["metadata"]!.AsObject();
            meta["uid"] = Guid.NewGuid().ToString();
            meta["generation"] = 1L;
            meta["creationTimestamp"] = "2026-01-01T00:00:00Z";
            if (whole.Namespace is not null)
                meta["namespace"] = whole.Namespace;
            if (whole.Kind.HasStatus)
                made.Remove("status");
            return Put(whole, made, "ADDED");
        }
    }

    public JsonObject Replace(FakeAddress address, JsonObject body)
    {
        lock (_lock)
        {
            var now = Find(address);
            RefuseIfModified(address, now, body);
            return Update(address, now, Copy(body));
        }
    }

    private static void RefuseIfModified(FakeAddress address, JsonObject now, JsonObject sent)
    {
        if ((string?)sent["metadata"]?["resourceVersion"] is { } expected && expected != (string?)now["metadata"]!["resourceVersion"])
            throw new FakeRefusal(409, "Conflict", "the object has been modified; please apply your changes to the latest version and try again", address.Name);
    }

    public JsonObject MergePatch(FakeAddress address, JsonObject patch)
    {
        lock (_lock)
        {
            var now = Find(address);
            RefuseIfModified(address, now, patch);
            var next = Copy(now);
            FakeMerge.Merge(next, patch);
            return Update(address, now, next);
        }
    }

    /// <summary>Server-side apply as far as plain fields go; a list is one field, but for conditions, which are merged by type.</summary>
    public JsonObject Apply(FakeAddress address, JsonObject body, string manager, bool force)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(address.Key, out var now))
            {
                if (address.Subresource is not null)
                    throw Missing(address);
                var made = new JsonObject { ["apiVersion"] = body["apiVersion"]?.DeepClone(), ["kind"] = body["kind"]?.DeepClone(), ["metadata"] = new JsonObject { ["name"] = address.Name } };
                FakeMerge.Apply(made, body, manager + "/", force, _owners[address.Key] = [], address.Name!);
                return Create(address, made);
            }

            var owners = _owners.TryGetValue(address.Key, out var known) ? known : _owners[address.Key] = [];
            var next = Copy(now);
            FakeMerge.Apply(next, body, manager + "/" + address.Subresource, force, owners, address.Name!);
            return Update(address, now, next);
        }
    }

    public JsonObject Delete(FakeAddress address, JsonObject? options)
    {
        lock (_lock)
        {
            var now = Find(address);
            var wanted = options?["preconditions"];
            foreach (var member in new[] { "uid", "resourceVersion" })
            {
                if ((string?)wanted?[member] is { } value && value != (string?)now["metadata"]![member])
                    throw new FakeRefusal(409, "Conflict", $"the {member} in the precondition does not match", address.Name);
            }

            _objects.Remove(address.Key);
            _owners.Remove(address.Key);
            var gone = Copy(now);
            Tell(address, gone, "DELETED");
            return gone;
        }
    }

    private JsonObject Update(FakeAddress address, JsonObject now, JsonObject next)
    {
        // A status is changed through its own door, and nothing else is changed through that one.
        if (address.Kind.HasStatus && address.Subresource != "approval")
        {
            var (from, to) = address.Subresource == "status" ? (now, next) : (next, now);
            var whole = Copy(from);
            whole.Remove("status");
            if (to["status"] is { } status)
                whole["status"] = status.DeepClone();
            next = whole;
        }

        foreach (var member in new[] { "uid", "generation", "creationTimestamp", "resourceVersion" })
            next["metadata"]![member] = now["metadata"]![member]?.DeepClone();
        if (JsonNode.DeepEquals(now, next))
            return Copy(now);
        if (address.Subresource is null && !JsonNode.DeepEquals(now["spec"], next["spec"]))
            next["metadata"]!["generation"] = (long)now["metadata"]!["generation"]! + 1;
        return Put(address, next, "MODIFIED");
    }

    private JsonObject Put(FakeAddress address, JsonObject next, string type)
    {
        _objects[address.Key] = next;
        Tell(address, next, type);
        return Copy(next);
    }

    private void Tell(FakeAddress address, JsonObject thing, string type)
    {
        thing["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _history.Add(new(_version, type, address.Key, Copy(thing)));
        var told = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    private JsonObject Find(FakeAddress address) => _objects.TryGetValue(address.Key, out var found) ? found : throw Missing(address);

    private static FakeRefusal Missing(FakeAddress address) =>
        new(404, "NotFound", $"{address.Kind.Resource} \"{address.Name}\" not found", address.Name);

    private static JsonObject Copy(JsonObject thing) => (JsonObject)thing.DeepClone();
}
