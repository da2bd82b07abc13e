using System.Net;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Images.Registry;

/// <summary>What can go wrong with a registry.</summary>
internal static class RegistryFailure
{
    public static AgentException Answered(RegistryReference repository, string what, HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
            ImageErrors.RegistryDenied,
            $"{what} was refused by {repository.Host}",
            $"the registry answers {(int)status} {status}",
            "Log in with an account that may (docker login, podman login or skopeo login write what the agent reads; credential helpers are not run)"),
        HttpStatusCode.NotFound => new(
            ImageErrors.NoSuchImage, $"{what} did not succeed", $"{repository.Host} has no such thing", "See whether the repository, the tag and the digest are right"),
        HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => Failed(repository, what, $"the registry answers {(int)status} {status}", inner: null),
        _ => new(
            ImageErrors.RegistryRefuses,
            $"{what} did not succeed",
            $"{repository.Host} answers {(int)status} {status}",
            "See what the registry's log says about the request, and whether it takes OCI artifacts; then run it again"),
    };

    public static AgentException Failed(RegistryReference repository, string what, string why, Exception? inner) => new(
        ImageErrors.RegistryUnavailable,
        $"{what} did not succeed",
        $"{repository.Host}: {why}",
        "See that the registry can be reached from this host, and run it again; what is there already is not sent or fetched again",
        inner);

    public static AgentException Nonsense(RegistryReference repository, string why, Exception? inner = null) => new(
        ImageErrors.RegistryAnswerInvalid,
        $"What {repository.Host} says about {repository.Repository} can't be used",
        why,
        "See what stands between this host and the registry, and publish the image again",
        inner);
}
