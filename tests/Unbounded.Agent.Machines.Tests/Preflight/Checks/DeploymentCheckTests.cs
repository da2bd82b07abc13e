using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Machines.Preflight.Checks;

namespace Unbounded.Agent.Machines.Tests.Preflight.Checks;

public sealed class DeploymentCheckTests : IDisposable
{
    private readonly FakePreflightHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(new string[0], PreflightStatus.Ok, "no node was set up")]
    [InlineData(new[] { "/var/lib/unbounded/agent/host.json", "/var/lib/machines/kube1/etc/os-release" }, PreflightStatus.Ok, "is installed here")]
    [InlineData(new[] { "/var/lib/unbounded/agent/record.json" }, PreflightStatus.Warning, "record.json")]
    [InlineData(new[] { "/etc/unbounded/agent/kube2-applied-config.json", "/var/lib/machines/kube2/x" }, PreflightStatus.Ok, "adopts kube2")]
    [InlineData(new[] { "/etc/unbounded/agent/kube1-applied-config.json", "/etc/unbounded/agent/kube2-applied-config.json" }, PreflightStatus.Error, "kube1 and kube2")]
    [InlineData(new[] { "/var/lib/machines/kube2/etc/os-release" }, PreflightStatus.Error, "/var/lib/machines/kube2 is there")]
    [InlineData(new[] { "/etc/systemd/nspawn/kube1.nspawn" }, PreflightStatus.Error, "kube1.nspawn")]
    [InlineData(new[] { "/var/lib/machines/other/etc/os-release" }, PreflightStatus.Ok, "no node")]
    public async Task Run_WhatIsThere_TellsWhoseItIs(string[] paths, PreflightStatus status, string evidence)
    {
        foreach (var path in paths)
            _host.Simulated.Files.Add(path, "{}");
        var finding = await _host.RunAsync(h => new DeploymentCheck(h));
        Assert.Equal(status, finding.Status);
        Assert.Contains(evidence, finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MachineOfThatNameRunningFromElsewhere_IsAnError()
    {
        _host.Simulated.Units.Vendor.Add("systemd-nspawn@kube2.service");
        _host.Simulated.Units.Active.Add("systemd-nspawn@kube2.service");
        Assert.Equal(PreflightStatus.Error, (await _host.RunAsync(h => new DeploymentCheck(h))).Status);
    }

    [Fact]
    public async Task Config_WithErrors_GivesEveryOne()
    {
        var error = new AgentException(MachinesErrors.NoImage, "bad", "two", "mend", details: [new ErrorDetail("$.A", "is wrong"), new ErrorDetail("$.B", "is missing", 3, 4)]);
        var finding = await new ConfigCheck().RunAsync(new PreflightInput { ConfigError = error }, CancellationToken.None);
        Assert.Equal((PreflightStatus.Error, "$.A: is wrong; $.B (line 3, column 4): is missing", "mend"), (finding.Status, finding.Evidence, finding.NextStep));
    }

    [Fact]
    public async Task Config_ValidWarnedAndAbsent_AreTold()
    {
        Assert.Equal("machine edge-1, Kubernetes 1.20.2, without an API server", (await _host.RunAsync(_ => new ConfigCheck())).Evidence);
        Assert.Equal(PreflightStatus.Error, (await _host.RunAsync(_ => new ConfigCheck(), new PreflightInput())).Status);
        var warned = new PreflightInput { Config = Support.Configs.Standalone(), ConfigWarnings = [new ErrorDetail("$.Unknown", "is ignored")] };
        Assert.Equal("$.Unknown: is ignored", (await _host.RunAsync(_ => new ConfigCheck(), warned)).Evidence);
    }
}
