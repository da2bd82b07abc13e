using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Kubernetes.Connecting;

namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>An API server of a few kinds in this process: passes the contract that the real one passes, and breaks when it is told to.</summary>
public sealed class FakeApiServer : IAsyncDisposable
{
    public const string AdminToken = "admin-token";
    public const string BootstrapToken = "abcdef.0123456789abcdef";
    public const string NobodyToken = "nobody-token";

    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _app;
    private readonly FakeStore _store = new();
    private readonly CancellationTokenSource _down = new();
    private readonly Lock _lock = new();
    private readonly List<string> _requests = [];
    private readonly Queue<Func<HttpContext, Task>> _faults = new();
    private CancellationTokenSource _watches = new();
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<HttpRequest, bool>? _failing;
    private int _failingCode;

    private FakeApiServer(string[] names)
    {
        _certificate = _authority.Server(names);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = _certificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.AllowAnyClientCertificate();
            });
        }));
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public ClusterEndpoint Admin => Endpoint(new FixedCredentials(AdminToken));

    public ClusterEndpoint Nobody => Endpoint(new FixedCredentials(NobodyToken));

    public string AuthorityPem => _authority.Pem;

    public Uri Address { get; private set; } = new("https://127.0.0.1/");

    /// <summary>What evictions meet.</summary>
    public FakeBudgets Budgets { get; } = new();

    /// <summary>Method, path and query of every request, in their order.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>Common name of the client's certificate at the last request.</summary>
    public string? LastClient { get; private set; }

    /// <summary>HTTP version of the last request.</summary>
    public string? LastProtocol { get; private set; }

    public static async Task<FakeApiServer> StartAsync(params string[] names)
    {
        var server = new FakeApiServer(names);
        await server._app.StartAsync();
        server.Address = new Uri(server._app.Urls.Single().Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
        return server;
    }

    public ClusterEndpoint Endpoint(IClusterCredentials credentials) => new(Address, _authority.Pem, credentials);

    public (string Certificate, string Key) ClientCertificate(string name) => _authority.Client(name);

    public string Sign(string pkcs10, DateTimeOffset? from = null, DateTimeOffset? until = null) => _authority.Sign(pkcs10, from, until);

    /// <summary>The next request is answered by this instead; one call, one request.</summary>
    public void Fail(Func<HttpContext, Task> instead)
    {
        lock (_lock)
            _faults.Enqueue(instead);
    }

    public void Fail(int code, string body = "", string? retryAfter = null) => Fail(Refuse(code, body, retryAfter));

    /// <summary>Every such request is refused, until another call of this; null: none is.</summary>
    public void FailWhere(Func<HttpRequest, bool>? which, int code)
    {
        lock (_lock)
            (_failing, _failingCode) = (which, code);
    }

    /// <summary>Waits until such a request came.</summary>
    public async Task AskedAsync(Func<string, bool> which, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_requests.Exists(r => which(r)))
                    return;
                next = _asked.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Every watch is cut off, without an orderly end.</summary>
    public void CutWatches() => Interlocked.Exchange(ref _watches, new()).Cancel();

    /// <summary>The history is forgotten: who watches from before must list again.</summary>
    public void Compact() => _store.Compact();

    public async ValueTask DisposeAsync()
    {
        // A test that takes the server away does it before its end.
        if (_down.IsCancellationRequested)
            return;
        await _down.CancelAsync();
        CutWatches();
        await _app.DisposeAsync();
        _certificate.Dispose();
        _authority.Dispose();
    }

    private static Func<HttpContext, Task> Refuse(int code, string body = "", string? retryAfter = null) => async context =>
    {
        context.Response.StatusCode = code;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(body);
    };

    private async Task ServeAsync(HttpContext context)
    {
        Func<HttpContext, Task>? fault;
        lock (_lock)
        {
            _requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            LastClient = context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, false);
            LastProtocol = context.Request.Protocol;
            _faults.TryDequeue(out fault);
            if (fault is null && _failing?.Invoke(context.Request) == true)
                fault = Refuse(_failingCode);
            _asked.SetResult();
            _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            if (fault is not null)
                await fault(context);
            else
                await AnswerAsync(context);
        }
        catch (FakeRefusal refusal)
        {
            context.Response.StatusCode = refusal.Code;
            await WriteAsync(context, refusal.Status);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        if (FakeAddress.Parse(request.Path) is not { } address)
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("404 page not found\n");
            return;
        }

        Authorize(context, address);
        JsonObject? body = null;
        if (request.Headers.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0)
            body = (await JsonNode.ParseAsync(request.Body, cancellationToken: context.RequestAborted)) as JsonObject;
        if (request.Method == "GET" && address.Name is null)
        {
            await (request.Query["watch"] == "true" ? WatchAsync(context, address) : ListAsync(context, address));
            return;
        }

        context.Response.StatusCode = request.Method == "POST" ? 201 : 200;
        await WriteAsync(context, (request.Method, request.ContentType) switch
        {
            ("GET", _) => _store.Get(address),
            ("POST", _) when address.Subresource == "eviction" => Budgets.Evict(_store, address, body!),
            ("POST", _) => _store.Create(address, body!),
            ("PUT", _) => _store.Replace(address, body!),
            ("DELETE", _) => _store.Delete(address, body),
            ("PATCH", "application/merge-patch+json") => _store.MergePatch(address, body!),
            ("PATCH", "application/apply-patch+yaml") => _store.Apply(address, body!, request.Query["fieldManager"]!, request.Query["force"] == "true"),
            _ => throw new FakeRefusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format", null),
        });
    }

    private static void Authorize(HttpContext context, FakeAddress address)
    {
        switch (context.Request.Headers.Authorization.ToString(), context.Connection.ClientCertificate)
        {
            case ($"Bearer {AdminToken}", _) or ("", not null):
            case ($"Bearer {BootstrapToken}", _) when address.Kind.Resource == "certificatesigningrequests":
                return;
            case ($"Bearer {NobodyToken}", _):
                throw new FakeRefusal(403, "Forbidden", $"{address.Kind.Resource} is forbidden: User \"nobody\" cannot do that", address.Name);
            default:
                throw new FakeRefusal(401, "Unauthorized", "Unauthorized", null);
        }
    }

    private async Task ListAsync(HttpContext context, FakeAddress address)
    {
        var query = context.Request.Query;
        var (version, objects) = _store.List(address.Prefix, address.Namespace is null);
        var selected = objects.Where(o => Selects(query, o)).ToList();
        var from = int.TryParse(query["continue"], CultureInfo.InvariantCulture, out var start) ? start : 0;
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var most) ? most : int.MaxValue;
        var page = selected.Skip(from).Take(limit).ToList();
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (from + page.Count < selected.Count)
            metadata["continue"] = (from + page.Count).ToString(CultureInfo.InvariantCulture);
        await WriteAsync(context, new JsonObject
        {
            ["kind"] = address.Kind.Kind + "List",
            ["apiVersion"] = address.Kind.GroupVersion,
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. page]),
        });
    }

    private async Task WatchAsync(HttpContext context, FakeAddress address)
    {
        var query = context.Request.Query;
        var version = long.Parse(query["resourceVersion"]!, CultureInfo.InvariantCulture);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _watches.Token, _down.Token);
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        var resource = address.Kind.Resource + "/";
        while (true)
        {
            var changed = _store.Changed;
            IReadOnlyList<FakeEvent> events;
            try
            {
                events = _store.Since(version);
            }
            catch (FakeRefusal refusal)
            {
                await LineAsync(context, "ERROR", refusal.Status, end.Token);
                return;
            }

            foreach (var happened in events)
            {
                version = happened.Version;
                if (happened.Key.StartsWith(address.Namespace is null ? resource : address.Prefix, StringComparison.Ordinal) && Selects(query, happened.Object))
                    await LineAsync(context, happened.Type, happened.Object, end.Token);
            }

            if (events.Count > 0)
            {
                await LineAsync(
                    context,
                    "BOOKMARK",
                    new JsonObject { ["kind"] = address.Kind.Kind, ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) } },
                    end.Token);
            }

            await context.Response.Body.FlushAsync(end.Token);
            await changed.WaitAsync(end.Token);
        }
    }

    private static bool Selects(IQueryCollection query, JsonObject thing)
    {
        var name = (string?)thing["metadata"]!["name"];
        string[] fields = [$"metadata.name={name}", $"spec.nodeName={(string?)thing["spec"]?["nodeName"]}", $"spec.signerName={(string?)thing["spec"]?["signerName"]}"];
        if (query["fieldSelector"].ToString() is { Length: > 0 } asked && !fields.Contains(asked, StringComparer.Ordinal))
            return false;
        return query["labelSelector"].ToString() is not { Length: > 0 } labels
            || labels.Split('=') is [var key, var value] && (string?)thing["metadata"]!["labels"]?[key] == value;
    }

    private static async Task LineAsync(HttpContext context, string type, JsonObject thing, CancellationToken cancellationToken)
    {
        var line = new JsonObject { ["type"] = type, ["object"] = thing.DeepClone() }.ToJsonString() + "\n";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    private static Task WriteAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
