using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Watching;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.TestHost;

namespace Unbounded.Agent.Cluster.Control;

/// <summary>A real control plane (hack/kube) with the Machine kind installed, for all tests of a run.</summary>
public sealed class ControlPlane : IAsyncLifetime
{
    private const string Prefix = "kube-tests-";

    private readonly string _directory = Path.Combine(TestHostPaths.State, Prefix + Environment.ProcessId);

    public ClusterEndpoint Admin { get; private set; } = null!;

    public KubernetesClient Client { get; private set; } = null!;

    public ClusterEndpoint Nobody => Admin with { Credentials = new FixedCredentials(TokenOf("test-nobody")) };

    public string AuthorityPem => File.ReadAllText(Path.Combine(_directory, "pki", "ca.crt"));

    public async Task InitializeAsync()
    {
        await SweepAsync();
        await HackAsync("up");
        Admin = Kubeconfig.Read(Path.Combine(_directory, "kubeconfig"), new ChildProcess(TimeProvider.System), TimeProvider.System);
        Client = new KubernetesClient(Admin, new ClientOptions(), TimeProvider.System);
        await InstallKindAsync();
    }

    /// <summary>Installs the Machine kind.</summary>
    public async Task InstallKindAsync()
    {
        await KubectlAsync(Kubernetes.Manifests.ManifestSet.Machines(), "apply", "-f", "-");
        await KubectlAsync(null, "wait", "--for=condition=Established", "crd/machines.unbounded-cloud.io", "--timeout=60s");
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        await HackAsync("down");
    }

    /// <summary>The token of a user that the server knows from its start.</summary>
    public string TokenOf(string user) => File.ReadLines(Path.Combine(_directory, "tokens.csv")).Select(l => l.Split(',')).Single(l => l[1] == user)[0];

    /// <summary>Runs kubectl as the administrator; it has to succeed.</summary>
    public async Task<string> KubectlAsync(string? input, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(input, ["kubectl", .. arguments]);
        return code == 0 ? output : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {error}{output}");
    }

    /// <summary>Runs the agent's binary as the cluster's administrator; it has to succeed.</summary>
    public async Task<string> AgentAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(null, Path.Combine(TestHostPaths.Repository, "artifacts", "unbounded-agent"), [.. arguments, "--kubeconfig", Path.Combine(_directory, "kubeconfig")]);
        return code == 0 ? output : throw new InvalidOperationException($"unbounded-agent {string.Join(' ', arguments)}: {error}{output}");
    }

    /// <summary>Runs the agent's binary with a kubeconfig; neither outcome throws.</summary>
    public Task<(int Code, string Output, string Error)> TryAgentAsync(string kubeconfig, params string[] arguments) =>
        RunAsync(null, Path.Combine(TestHostPaths.Repository, "artifacts", "unbounded-agent"), [.. arguments, "--kubeconfig", kubeconfig]);

    /// <summary>A client's certificate of the cluster's authority, for any time, and its key, as a kubelet keeps them: PEM, one behind the other.</summary>
    public string Issue(string subject, DateTimeOffset from, DateTimeOffset until)
    {
        using var authority = X509Certificate2.CreateFromPem(AuthorityPem);
        using var signer = ECDsa.Create();
        signer.ImportFromPem(File.ReadAllText(Path.Combine(_directory, "pki", "ca.key")));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        // By name and generator: an authority as young as this one would not issue what has ended long ago.
        using var certificate = request.Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), from, until, RandomNumberGenerator.GetBytes(8));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportECPrivateKeyPem()}\n";
    }

    /// <summary>Waits until the server itself says whether a user may read the Machine.</summary>
    public async Task WaitForRightAsync(string user, string machine, bool allowed)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var review =
            $$"""
            {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview",
             "spec":{"user":"{{user}}","resourceAttributes":{"verb":"watch","group":"unbounded-cloud.io","resource":"machines","name":"{{machine}}"} } }
            """;
        while (JsonNode.Parse(await KubectlAsync(review, "create", "--raw", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "-f", "-"))!["status"]!["allowed"]!.GetValue<bool>() != allowed)
            await Task.Delay(100, limit.Token);
    }

    /// <summary>What the agent's binary prints; it has to succeed.</summary>
    public async Task<string> PrintAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(null, Path.Combine(TestHostPaths.Repository, "artifacts", "unbounded-agent"), arguments);
        return code == 0 ? output : throw new InvalidOperationException($"unbounded-agent {string.Join(' ', arguments)}: {error}{output}");
    }

    /// <summary>A verb of hack/kube.</summary>
    public async Task HackAsync(string verb)
    {
        var (code, output, error) = await RunAsync(null, [verb]);
        if (code != 0)
            throw new InvalidOperationException($"hack/kube {verb}: {output}{error}");
    }

    /// <summary>Waits until there is such an event of a Machine; told by a watch.</summary>
    public async Task WaitForEventAsync(string machine, string reason)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var reflector = new Reflector(
            Client, new ResourcePath("v1", "events", "default"), Selection.All, new ReflectorOptions(), TimeProvider.System, new Random(1));
        await foreach (var reflection in reflector.FollowAsync(limit.Token))
        {
            IReadOnlyList<ApiObject> items = reflection switch
            {
                Reflection.Listed listed => listed.Objects,
                Reflection.Changed changed => [changed.Item],
                _ => [],
            };
            if (items.Select(i => JsonNode.Parse(i.Json.Span)!).Any(e => (string?)e["involvedObject"]?["name"] == machine && (string?)e["reason"] == reason))
                return;
        }
    }

    /// <summary>Requests that the server was asked for and answered, by its own log.</summary>
    public IReadOnlyList<JsonObject> Audited(Func<JsonObject, bool> which)
    {
        using var file = new FileStream(Path.Combine(_directory, "audit.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var found = new List<JsonObject>();
        while (reader.ReadLine() is { } line)
        {
            // The last line may be half written.
            if (line.EndsWith('}') && JsonNode.Parse(line) is JsonObject entry && which(entry))
                found.Add(entry);
        }

        return found;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string? input, string[] arguments) =>
        RunAsync(input, Path.Combine(TestHostPaths.Repository, "hack", "kube"), arguments);

    private async Task<(int Code, string Output, string Error)> RunAsync(string? input, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["UNBOUNDED_KUBE"] = _directory;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    // A run that was killed left its servers behind.
    private static async Task SweepAsync()
    {
        if (!Directory.Exists(TestHostPaths.State))
            return;
        foreach (var left in Directory.GetDirectories(TestHostPaths.State, Prefix + "*"))
        {
            if (Directory.Exists($"/proc/{Path.GetFileName(left)[Prefix.Length..]}"))
                continue;
            var start = new ProcessStartInfo(Path.Combine(TestHostPaths.Repository, "hack", "kube"), ["down"]);
            start.Environment["UNBOUNDED_KUBE"] = left;
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
        }
    }
}
