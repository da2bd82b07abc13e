using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Identity;

namespace Unbounded.Agent.Kubernetes.Tests.Identity;

public sealed class MachineKeyTests
{
    [Fact]
    public void FromPem_WhatWasKept_IsTheSameKeyWithTheSameRequest()
    {
        using var key = MachineKey.Create();
        using var kept = MachineKey.FromPem(key.ToPem());

        Assert.Equal(key.Fingerprint, kept.Fingerprint);
        Assert.Equal(key.RequestNameFor("edge-1"), kept.RequestNameFor("edge-1"));
    }

    [Fact]
    public void RequestNameFor_AnotherKey_IsAnotherName()
    {
        using var one = MachineKey.Create();
        using var other = MachineKey.Create();

        Assert.NotEqual(one.RequestNameFor("edge-1"), other.RequestNameFor("edge-1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void FromPem_WhatIsNone_IsRefused(string pem) =>
        Assert.Equal(KubernetesErrors.CredentialsUnusable, Assert.Throws<AgentException>(() => MachineKey.FromPem(pem)).Code);
}
