using System.Text.Json.Nodes;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Fleet.Events;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Fleet.Tests.Events;

public sealed class FleetEventTests
{
    private static readonly MachineKey Key = MachineKey.Create();
    private static readonly SigningRequest Request = new(
        "r1", "system:bootstrap:aaaaaa", SigningRequest.ClientSigner, SigningRequest.ClientUsages, Key.RequestFor("edge-1"), null, null, false);

    [Fact]
    public void ToJson_OfAMachineThatIsThere_IsOfIt()
    {
        var happened = JsonNode.Parse(FleetEvent.Approved(Request, new("edge-1", true, "u-1", null)).ToJson("default", DateTimeOffset.UnixEpoch))!;

        Assert.Equal(("Machine", "edge-1", "u-1"), ((string?)happened["involvedObject"]!["kind"], (string?)happened["involvedObject"]!["name"], (string?)happened["involvedObject"]!["uid"]));
        Assert.Equal(("IdentityApproved", "Normal", "1970-01-01T00:00:00Z"), ((string?)happened["reason"], (string?)happened["type"], (string?)happened["firstTimestamp"]));
        Assert.Contains(Key.Fingerprint, (string?)happened["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_WithoutAMachine_IsOfTheRequest()
    {
        var happened = JsonNode.Parse(FleetEvent.Waits(Request, MachineClaim.Missing("edge-1"), "because").ToJson("default", DateTimeOffset.UnixEpoch))!;

        Assert.Equal(("CertificateSigningRequest", "r1"), ((string?)happened["involvedObject"]!["kind"], (string?)happened["involvedObject"]!["name"]));
        Assert.Equal(("IdentityNotApproved", "Warning"), ((string?)happened["reason"], (string?)happened["type"]));
    }

    [Fact]
    public void Name_OfTheSameEvent_IsTheSameAndOfAnotherItIsNot()
    {
        var claim = new MachineClaim("edge-1", true, "u-1", null);

        Assert.Equal(FleetEvent.Waits(Request, claim, "a").Name, FleetEvent.Waits(Request, claim, "a").Name);
        Assert.Equal(4, new[] { FleetEvent.Waits(Request, claim, "a"), FleetEvent.Waits(Request, claim, "b"), FleetEvent.Waits(Request with { Name = "r2" }, claim, "a"), FleetEvent.Waits(Request, claim with { Uid = "u-2" }, "a") }.Select(e => e.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Matches(@"^edge-1\.[0-9a-f]{16}$", FleetEvent.Approved(Request, claim).Name);
    }
}
