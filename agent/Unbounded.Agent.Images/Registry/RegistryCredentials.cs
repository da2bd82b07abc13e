using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Registry;

/// <summary>
/// Who we are at which registry, as <c>docker login</c>, <c>podman login</c> and <c>skopeo login</c> write it: <c>config.json</c> with <c>auths</c>. Read when a
/// registry asks for it, and not before. Programs that hold credentials (<c>credsStore</c>) are not run.
/// </summary>
/// <param name="file">The file; one that is missing has no credentials.</param>
public sealed class RegistryCredentials(string file)
{
    private const int LimitBytes = 1 << 20;

    /// <summary>The file of this process: <c>$DOCKER_CONFIG/config.json</c>, else <c>~/.docker/config.json</c>.</summary>
    public static RegistryCredentials OfProcess() => new(Path.Combine(
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } directory
            ? directory
            : Path.Combine(Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : "/root", ".docker"),
        "config.json"));

    /// <summary>What to show to a registry; null when there is nothing.</summary>
    /// <param name="host">The registry, with its port where it has one.</param>
    /// <exception cref="AgentException">The file can't be understood.</exception>
    internal AuthenticationHeaderValue? For(string host)
    {
        if (BoundedFile.TryRead(file, LimitBytes) is not { } content)
            return null;
        try
        {
            var known = StoredJson.Read(content, RegistryJson.Default.DockerConfig).Auths ?? [];
            var auth = known.FirstOrDefault(a => HostOf(a.Key) == host).Value;
            var pair = auth?.Auth is { Length: > 0 } encoded ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded))
                : auth?.Username is { Length: > 0 } user ? $"{user}:{auth.Password}"
                : null;
            return pair is null ? null : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new AgentException(
                ImageErrors.RegistryDenied,
                $"The registry {host} was not logged in to",
                // Nothing of the file, which holds passwords.
                $"{file} is not what docker login writes",
                "Log in again, or remove the file");
        }
    }

    private static string HostOf(string key)
    {
        var bare = key.Contains("://", StringComparison.Ordinal) ? key[(key.IndexOf("://", StringComparison.Ordinal) + 3)..] : key;
        return bare.Split('/')[0];
    }
}

/// <summary>A <c>config.json</c>, as far as it is used.</summary>
internal sealed record DockerConfig([property: JsonPropertyName("auths")] Dictionary<string, DockerAuth?>? Auths);

/// <summary>One registry of it.</summary>
internal sealed record DockerAuth(
    [property: JsonPropertyName("auth")] string? Auth,
    [property: JsonPropertyName("username")] string? Username,
    [property: JsonPropertyName("password")] string? Password);
