using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Machines.Checks;

namespace Unbounded.Agent.Machines.Tests.Checks;

public sealed class KubeletHealthEndpointTests
{
    [Theory]
    [InlineData(null, "http://127.0.0.1:10248/healthz")]
    [InlineData("{}", "http://127.0.0.1:10248/healthz")]
    [InlineData("{\"healthzPort\": 11248}", "http://127.0.0.1:11248/healthz")]
    [InlineData("{\"healthzPort\": \"text\"}", "http://127.0.0.1:10248/healthz")]
    [InlineData("{\"healthzBindAddress\": \"192.0.2.7\"}", "http://192.0.2.7:10248/healthz")]
    [InlineData("{\"healthzBindAddress\": \"0.0.0.0\"}", "http://127.0.0.1:10248/healthz")]
    [InlineData("{\"healthzBindAddress\": \"::\", \"healthzPort\": 99}", "http://[::1]:99/healthz")]
    [InlineData("{\"healthzBindAddress\": \"2001:db8::7\"}", "http://[2001:db8::7]:10248/healthz")]
    [InlineData("{\"healthzBindAddress\": \"not an address\"}", "http://127.0.0.1:10248/healthz")]
    [InlineData("{\"healthzBindAddress\": 5}", "http://127.0.0.1:10248/healthz")]
    public void Of_Configuration_IsWhereTheKubeletAnswers(string? configuration, string expected) =>
        Assert.Equal(new Uri(expected), Of(configuration)!.Url);

    [Theory]
    [InlineData("{\"healthzPort\": 0}")]
    [InlineData("{\"healthzPort\": -1}")]
    [InlineData("{\"healthzPort\": 65536}")]
    public void Of_PortThatIsNone_IsTurnedOff(string configuration) => Assert.Null(Of(configuration));

    private static KubeletHealthEndpoint? Of(string? configuration) =>
        KubeletHealthEndpoint.Of(new KubeletConfig { Configuration = configuration is null ? null : JsonNode.Parse(configuration)!.AsObject() });
}
