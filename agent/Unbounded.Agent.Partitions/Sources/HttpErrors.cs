using System.Net;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>What can go wrong with a server. A query may hold a token: it is never shown.</summary>
internal static class HttpErrors
{
    /// <summary>Whether an answer says that the server is away for now, and nothing about the file.</summary>
    public static bool IsAway(HttpStatusCode status) => (int)status >= 500 || status == HttpStatusCode.TooManyRequests;

    /// <summary>The server answers with something else than the file.</summary>
    public static AgentException Answered(Uri location, HttpStatusCode status)
    {
        var why = $"the server answers {(int)status} {status}";
        return IsAway(status) ? Failed(location, why, inner: null) : Refused(location, why);
    }

    /// <summary>The server is away.</summary>
    public static AgentException Failed(Uri location, string why, Exception? inner) => new(
        PartitionsErrors.SourceUnavailable,
        $"{location.GetLeftPart(UriPartial.Path)} could not be fetched",
        why,
        "See that the server can be reached from this host, and run it again",
        inner);

    /// <summary>The server, or the file system, is there and does not have the file as it should be.</summary>
    public static AgentException Refused(Uri location, string why) => new(
        PartitionsErrors.SourceRefuses,
        $"{location.GetLeftPart(UriPartial.Path)} could not be fetched",
        why,
        "See that the URL is right and that the server has the file, whole, for this host; then run it again");
}
