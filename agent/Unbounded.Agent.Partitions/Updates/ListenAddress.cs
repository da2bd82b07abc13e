using System.Globalization;
using System.Net;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>Where something is listened at: <c>PORT</c> on loopback, or <c>ADDRESS:PORT</c>. An address that others reach has to be written out.</summary>
public static class ListenAddress
{
    /// <summary>Reads one; null when the text is none.</summary>
    public static IPEndPoint? TryParse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port is > 0 and <= IPEndPoint.MaxPort ? new(IPAddress.Loopback, port) : null
        : text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0 ? endpoint
        : null;
}
