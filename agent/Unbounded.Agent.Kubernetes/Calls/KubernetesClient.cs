using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>
/// An API server, as far as the agent uses one. Objects go in and come out as JSON, so that no field of somebody else's is lost. Every failure is an
/// <see cref="AgentException"/> of block 52xx; what can be tried again was tried again. Thread-safe.
/// </summary>
public sealed class KubernetesClient : IDisposable
{
    private readonly Caller _caller;
    private readonly ClientOptions _options;
    private readonly TimeProvider _time;
    private volatile string _evictions = "policy/v1";

    /// <summary>A client; nothing is connected before the first call.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock.</param>
    public KubernetesClient(ClusterEndpoint endpoint, ClientOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        // Relative paths replace what follows the last slash.
        var server = endpoint.Server.AbsoluteUri.EndsWith('/') ? endpoint.Server : new Uri(endpoint.Server.AbsoluteUri + "/");
        Endpoint = endpoint with { Server = server };
        _caller = new Caller(Endpoint, options, time);
    }

    /// <summary>The server.</summary>
    public ClusterEndpoint Endpoint { get; }

    /// <summary>Reads an object.</summary>
    public async Task<ApiObject> GetAsync(ResourcePath path, CancellationToken cancellationToken) =>
        await ObjectAsync(new Call("read", HttpMethod.Get, path), cancellationToken);

    /// <summary>Reads one page of a collection.</summary>
    /// <param name="path">The collection.</param>
    /// <param name="selection">Which of its objects.</param>
    /// <param name="from">The page before's <see cref="Page.Continue"/>; null: the first page.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Page> ListPageAsync(ResourcePath path, Selection selection, string? from, CancellationToken cancellationToken)
    {
        var query = selection.Query().Append(string.Create(CultureInfo.InvariantCulture, $"limit={_options.PageSize}"));
        if (from is not null)
            query = query.Append("continue=" + Uri.EscapeDataString(from));
        var call = new Call("list", HttpMethod.Get, path) { Query = string.Join('&', query), LimitBytes = _options.MaxPageBytes };
        return ListReader.Read(await _caller.SendAsync(call, cancellationToken));
    }

    /// <summary>Reads a collection, page by page.</summary>
    public async IAsyncEnumerable<ApiObject> ListAsync(
        ResourcePath path, Selection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var page = await ListPageAsync(path, selection, next, cancellationToken);
            foreach (var item in page.Items)
                yield return item;
            next = page.Continue;
        }
        while (next is not null);
    }

    /// <summary>
    /// Watches a collection from a version on. Ends when the server ends it; throws <see cref="KubernetesErrors.Expired"/> when the version is too old and
    /// <see cref="KubernetesErrors.Unreachable"/> when the connection breaks.
    /// </summary>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourcePath path, Selection selection, string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seconds = (int)_options.WatchLasts.TotalSeconds;
        var query = selection.Query().Concat(
            ["watch=true", "allowWatchBookmarks=true", "resourceVersion=" + Uri.EscapeDataString(resourceVersion), string.Create(CultureInfo.InvariantCulture, $"timeoutSeconds={seconds}")]);
        // A server that neither speaks nor ends the watch is given up a little after it should have ended it.
        using var limit = new CancellationTokenSource(_options.WatchLasts + _options.CallTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var call = new Call("watch", HttpMethod.Get, path) { Query = string.Join('&', query) };
        using var answer = await OpenAsync(call, both.Token, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var lines = new WatchLines(stream, _options.MaxObjectBytes, path);
        while (await NextAsync(lines, both.Token, cancellationToken) is { } line)
        {
            if (WatchEventReader.Read(line, path) is { } happened)
                yield return happened;
        }
    }

    /// <summary>Creates an object.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.AlreadyExists"/> among others, also when a lost answer's try had worked.</exception>
    public Task<ApiObject> CreateAsync(ResourcePath collection, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        ObjectAsync(new Call("create", HttpMethod.Post, collection) { Body = json, Repeatable = false }, cancellationToken);

    /// <summary>Replaces an object; its body names the version that it replaces.</summary>
    public Task<ApiObject> ReplaceAsync(ResourcePath path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        ObjectAsync(new Call("replace", HttpMethod.Put, path) { Body = json, Repeatable = false }, cancellationToken);

    /// <summary>Changes fields of an object (RFC 7386).</summary>
    public Task<ApiObject> MergePatchAsync(ResourcePath path, ReadOnlyMemory<byte> patch, CancellationToken cancellationToken) =>
        ObjectAsync(new Call("change", HttpMethod.Patch, path) { Body = patch, ContentType = "application/merge-patch+json" }, cancellationToken);

    /// <summary>Says what one manager's fields are (server-side apply); fields that it no longer names go.</summary>
    /// <param name="path">The object, or its status.</param>
    /// <param name="json">The fields, with apiVersion, kind and metadata.name.</param>
    /// <param name="manager">The manager's name.</param>
    /// <param name="force">Whether fields of other managers are taken over; else they are a <see cref="KubernetesErrors.Conflict"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<ApiObject> ApplyAsync(ResourcePath path, ReadOnlyMemory<byte> json, string manager, bool force, CancellationToken cancellationToken) =>
        ObjectAsync(
            new Call("apply", HttpMethod.Patch, path)
            {
                Query = $"fieldManager={Uri.EscapeDataString(manager)}&force={(force ? "true" : "false")}",
                Body = json,
                ContentType = "application/apply-patch+yaml",
            },
            cancellationToken);

    /// <summary>Deletes an object.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.Conflict"/>: a precondition does not hold; <see cref="KubernetesErrors.NotFound"/>.</exception>
    public Task DeleteAsync(ResourcePath path, Preconditions? preconditions, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (preconditions is not null)
        {
            var conditions = new JsonObject();
            if (preconditions.Uid is { } uid)
                conditions["uid"] = uid;
            if (preconditions.ResourceVersion is { } version)
                conditions["resourceVersion"] = version;
            body["preconditions"] = conditions;
        }

        var call = new Call("delete", HttpMethod.Delete, path)
        {
            Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
            // Of two deletions the second finds nothing, or, without the identity, another one's object.
            Repeatable = preconditions?.Uid is not null,
            LimitBytes = _options.MaxObjectBytes,
        };
        return _caller.SendAsync(call, cancellationToken);
    }

    /// <summary>Asks for a pod to be evicted (policy/v1, and policy/v1beta1 where a server knows no other): it is told to end, if its budgets allow it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="uid">Its identity: another one of that name is left alone.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AgentException">
    /// <see cref="KubernetesErrors.EvictionBlocked"/>: a budget does not allow it now, and which; <see cref="KubernetesErrors.NotFound"/> and
    /// <see cref="KubernetesErrors.Conflict"/>: it is gone.
    /// </exception>
    public async Task EvictAsync(ResourcePath pod, string uid, CancellationToken cancellationToken)
    {
        var version = _evictions;
        try
        {
            await EvictAsync(pod, uid, version, cancellationToken);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.Refused && version == "policy/v1")
        {
            await EvictAsync(pod, uid, "policy/v1beta1", cancellationToken);
            _evictions = "policy/v1beta1";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();

    private Task<byte[]> EvictAsync(ResourcePath pod, string uid, string version, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = version,
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = pod.Namespace },
            ["deleteOptions"] = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = uid } },
        };
        var call = new Call("evict", HttpMethod.Post, pod with { Subresource = "eviction" })
        {
            Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
            LimitBytes = _options.MaxObjectBytes,
        };
        return _caller.SendAsync(call, cancellationToken);
    }

    private async Task<ApiObject> ObjectAsync(Call call, CancellationToken cancellationToken) =>
        ApiObject.Read(await _caller.SendAsync(call with { LimitBytes = _options.MaxObjectBytes }, cancellationToken));

    private async Task<HttpResponseMessage> OpenAsync(Call call, CancellationToken both, CancellationToken asked)
    {
        try
        {
            return await _caller.OpenAsync(call, both);
        }
        catch (OperationCanceledException e) when (!asked.IsCancellationRequested)
        {
            throw _caller.Broken(e);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> NextAsync(WatchLines lines, CancellationToken both, CancellationToken asked)
    {
        try
        {
            return await lines.NextAsync(both);
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !asked.IsCancellationRequested))
        {
            throw _caller.Broken(e);
        }
    }
}
