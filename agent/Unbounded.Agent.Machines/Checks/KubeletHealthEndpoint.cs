using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>Where a kubelet answers <c>/healthz</c>, as its configuration says (KubeletConfiguration, <c>healthzPort</c>, <c>healthzBindAddress</c>).</summary>
/// <param name="Url">The URL, as the host reaches it.</param>
internal sealed record KubeletHealthEndpoint(Uri Url)
{
    private const int DefaultPort = 10248;

    /// <summary>Its TCP port.</summary>
    public int Port => Url.Port;

    /// <summary>The endpoint; null where it is turned off.</summary>
    public static KubeletHealthEndpoint? Of(KubeletConfig kubelet)
    {
        var port = kubelet.Configuration?["healthzPort"] is JsonValue number && number.TryGetValue<int>(out var configured) ? configured : DefaultPort;
        if (port is <= 0 or > IPEndPoint.MaxPort)
        {
            return null;
        }

        var text = kubelet.Configuration?["healthzBindAddress"] is JsonValue value && value.TryGetValue<string>(out var bound) ? bound : "";
        var address = IPAddress.TryParse(text, out var parsed) ? Reachable(parsed) : IPAddress.Loopback;
        return new(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{new IPEndPoint(address, port)}/healthz")));
    }

    private static IPAddress Reachable(IPAddress bound) =>
        bound.Equals(IPAddress.Any) ? IPAddress.Loopback : bound.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bound;
}
