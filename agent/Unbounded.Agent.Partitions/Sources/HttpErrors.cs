using System.Net;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>What can go wrong with a server. A query may hold a token: it is never shown.</summary>
internal static class HttpErrors
{
    public static AgentException Answered(Uri location, HttpStatusCode status) => Failed(location, $"the server answers {(int)status} {status}", inner: null);

    public static AgentException Failed(Uri location, string why, Exception? inner) => new(
        PartitionsErrors.SourceUnavailable,
        $"{location.GetLeftPart(UriPartial.Path)} could not be fetched",
        why,
        "See that the server can be reached from this host and has the file, and run it again",
        inner);
}
