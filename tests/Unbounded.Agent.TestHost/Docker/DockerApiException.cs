using System.Net;

namespace Unbounded.Agent.TestHost.Docker;

/// <summary>An engine's refusal: its status and its own words.</summary>
public sealed class DockerApiException(HttpStatusCode status, string message) : Exception(message)
{
    /// <summary>The HTTP status the engine answered with.</summary>
    public HttpStatusCode Status { get; } = status;
}
