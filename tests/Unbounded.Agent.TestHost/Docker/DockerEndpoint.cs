namespace Unbounded.Agent.TestHost.Docker;

/// <summary>Where the engine listens: <c>DOCKER_HOST</c>, else what <c>hack/engine up</c> starts. Unix sockets only.</summary>
public sealed record DockerEndpoint(string SocketPath)
{
    private const string Scheme = "unix://";

    /// <summary>Finds the engine.</summary>
    /// <exception cref="InvalidOperationException">There is none; says how to get one.</exception>
    public static DockerEndpoint Find()
    {
        var configured = Environment.GetEnvironmentVariable("DOCKER_HOST");
        if (string.IsNullOrEmpty(configured))
            configured = Scheme + Path.Combine(TestHostPaths.State, "engine/docker/run/docker.sock");
        if (!configured.StartsWith(Scheme, StringComparison.Ordinal))
            throw new InvalidOperationException($"DOCKER_HOST is {configured}: only unix:// endpoints share the file system that test hosts bind.");
        var path = configured[Scheme.Length..];
        return File.Exists(path)
            ? new DockerEndpoint(path)
            : throw new InvalidOperationException($"No container engine listens on {path}. Start one with: hack/engine up");
    }
}
