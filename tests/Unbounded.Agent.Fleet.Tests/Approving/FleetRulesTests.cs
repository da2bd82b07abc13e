using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Fleet.Tests.Approving;

public sealed class FleetRulesTests
{
    private const string Token = "bootstrap-token-aaaaaa";
    private const string User = "system:bootstrap:aaaaaa";
    private static readonly MachineKey Key = MachineKey.Create();
    private static readonly MachineClaim Claim = new("edge-1", true, "uid", Token);
    private static readonly KnownRequest Own = new("r1", "edge-1", User, Key.Fingerprint, false, false);

    [Fact]
    public void Objection_ItsOwnTokenAndNobodyElses_IsNone() => Assert.Null(FleetRules.Objection(Request(), Claim, [Claim, Claim with { Name = "edge-2", TokenSecret = "bootstrap-token-bbbbbb" }], [Own]));

    [Fact]
    public void Objection_WhatThePersonsRulesRefuse_IsOne()
    {
        Assert.Contains("bootstrap-token-bbbbbb", FleetRules.Objection(Request(), Claim with { TokenSecret = "bootstrap-token-bbbbbb" }, [Claim], [Own]), StringComparison.Ordinal);
        Assert.Contains("for CN=unbounded:machine:edge-2", FleetRules.Objection(Request(), Claim with { Name = "edge-2" }, [], []), StringComparison.Ordinal);
    }

    [Fact]
    public void Objection_NoMachineOrOneWithoutAToken_IsOne()
    {
        Assert.NotNull(FleetRules.Objection(Request(), MachineClaim.Missing("edge-1"), [], [Own]));
        Assert.NotNull(FleetRules.Objection(Request(), Claim with { TokenSecret = null }, [], [Own]));
    }

    [Fact]
    public void Objection_AnotherMachineWithTheSameToken_IsOneForBoth()
    {
        var objection = FleetRules.Objection(Request(), Claim, [Claim, Claim with { Name = "edge-2" }], [Own]);

        Assert.Contains("Machine edge-2", objection, StringComparison.Ordinal);
        Assert.Contains("unbounded-agent approve edge-1 --key", objection, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edge-1", true)]
    [InlineData("edge-1", false)]
    [InlineData("edge-2", true)]
    public void Objection_AnotherKeyByTheSameToken_IsOneWhomeverItWasFor(string machine, bool approved) =>
        Assert.Contains("(r2", FleetRules.Objection(Request(), Claim, [Claim], [Own, new("r2", machine, User, "SHA256:00", approved, false)]), StringComparison.Ordinal);

    [Fact]
    public void Objection_TheSameKeyAgainOrOneThatWasDenied_IsNone() => Assert.Null(FleetRules.Objection(
        Request(), Claim, [Claim], [Own, Own with { Name = "r2", IsApproved = true }, Own with { Name = "r3", Fingerprint = "SHA256:00", IsRefused = true }, Own with { Name = "r4", Fingerprint = "SHA256:00", Requester = "system:bootstrap:bbbbbb" }]));

    [Fact]
    public void Objection_ARenewal_NeedsNeitherTokenNorSecret()
    {
        var renewal = Request() with { Requester = "unbounded:machine:edge-1" };

        Assert.Null(FleetRules.Objection(renewal, Claim with { TokenSecret = null }, [Claim with { Name = "edge-2" }], [Own with { Name = "r2", Fingerprint = "SHA256:00", Requester = "unbounded:machine:edge-1" }]));
        Assert.False(FleetRules.IsByToken(renewal, Claim));
        Assert.NotNull(FleetRules.Objection(renewal, MachineClaim.Missing("edge-1"), [], []));
        Assert.True(FleetRules.IsByToken(Request(), Claim));
    }

    private static SigningRequest Request() =>
        new("r1", User, SigningRequest.ClientSigner, SigningRequest.ClientUsages, Key.RequestFor("edge-1"), null, null, false);
}
