using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>A small file of credentials; read again when its content may have changed.</summary>
internal sealed class CredentialFile(string path)
{
    private const int LimitBytes = 1 << 20;

    private readonly Lock _lock = new();
    private (DateTime Written, long Length, string Text)? _last;

    public string Path => path;

    /// <summary>Its content. A file that is being replaced keeps the content before.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.CredentialsUnusable"/>: it can't be read, and never could.</exception>
    public string Read()
    {
        lock (_lock)
        {
            try
            {
                var info = new FileInfo(path);
                if (_last is { } last && info.Exists && last.Written == info.LastWriteTimeUtc && last.Length == info.Length)
                    return last.Text;
                if (info.Exists && info.Length > LimitBytes)
                    throw new IOException($"it has {info.Length} bytes, at most {LimitBytes} are accepted");
                var text = File.ReadAllText(path);
                _last = (info.LastWriteTimeUtc, info.Length, text);
                return text;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return _last?.Text ?? throw Unusable(path, e.Message, e);
            }
        }
    }

    internal static AgentException Unusable(string path, string why, Exception? inner = null) => new(
        KubernetesErrors.CredentialsUnusable,
        $"the credentials in {path} can't be used",
        why,
        "correct the file, or the kubeconfig that names it",
        inner);
}
