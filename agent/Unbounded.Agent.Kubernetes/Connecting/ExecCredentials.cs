using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>
/// A credential plugin (client.authentication.k8s.io): a program that prints a token or a certificate. What it printed is used until it expires or the
/// server refuses it.
/// </summary>
/// <param name="plugin">The program.</param>
/// <param name="runner">Runs it.</param>
/// <param name="time">The clock.</param>
public sealed class ExecCredentials(ExecPlugin plugin, IProcessRunner runner, TimeProvider time) : IClusterCredentials, IDisposable
{
    private const int OutputLimitBytes = 256 << 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _running = new(1);
    private volatile Issued? _issued;

    /// <inheritdoc/>
    public async ValueTask<string?> TokenAsync(CancellationToken cancellationToken) => (await IssuedAsync(cancellationToken)).Token;

    /// <inheritdoc/>
    public async ValueTask<X509Certificate2?> CertificateAsync(CancellationToken cancellationToken) =>
        (await IssuedAsync(cancellationToken)).Certificate;

    /// <inheritdoc/>
    public void Refused() => _issued = null;

    /// <inheritdoc/>
    public void Dispose() => _running.Dispose();

    private async Task<Issued> IssuedAsync(CancellationToken cancellationToken)
    {
        if (_issued is { } known && known.Until > time.GetUtcNow())
            return known;
        await _running.WaitAsync(cancellationToken);
        try
        {
            if (_issued is { } meanwhile && meanwhile.Until > time.GetUtcNow())
                return meanwhile;
            return _issued = await RunAsync(cancellationToken);
        }
        finally
        {
            _running.Release();
        }
    }

    private async Task<Issued> RunAsync(CancellationToken cancellationToken)
    {
        var ended = await runner.RunAsync(
            new ProcessRequest(plugin.Command, [.. plugin.Arguments])
            {
                Environment = new Dictionary<string, string>(plugin.Environment, StringComparer.Ordinal)
                {
                    ["KUBERNETES_EXEC_INFO"] = Question(),
                },
                Timeout = Limit,
                OutputLimitBytes = OutputLimitBytes,
            },
            cancellationToken);
        if (ended.ExitCode != 0)
            throw Unusable($"it ended with exit code {ended.ExitCode}: {Redaction.Shown(ended.Error)}");
        try
        {
            var status = JsonSerializer.Deserialize(ended.Output, ConnectingJson.Default.ExecCredentialAnswer)?.Status;
            var certificate = status is { ClientCertificateData: { } pem, ClientKeyData: { } key } ? CertificateCredentials.Load(pem, key) : null;
            if (status?.Token is null && certificate is null)
                throw Unusable("its answer has neither status.token nor status.clientCertificateData with clientKeyData");
            return new(status!.Token, certificate, status.ExpirationTimestamp is { } end ? end - Margin : DateTimeOffset.MaxValue);
        }
        catch (Exception e) when (e is JsonException or CryptographicException or ArgumentException)
        {
            // Its output is a secret: none of it is shown.
            throw Unusable("it did not print an ExecCredential");
        }
    }

    private string Question() => new JsonObject
    {
        ["apiVersion"] = plugin.ApiVersion,
        ["kind"] = "ExecCredential",
        ["spec"] = new JsonObject { ["interactive"] = false },
    }.ToJsonString();

    private AgentException Unusable(string why) => new(
        KubernetesErrors.CredentialsUnusable,
        $"the credential plugin {plugin.Command} gave no credentials",
        why,
        "run it by hand as root; the kubeconfig's exec section names it with its arguments");

    private sealed record Issued(string? Token, X509Certificate2? Certificate, DateTimeOffset Until);
}
