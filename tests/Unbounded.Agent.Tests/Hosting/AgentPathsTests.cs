using Unbounded.Agent.Hosting;

namespace Unbounded.Agent.Tests.Hosting;

public sealed class AgentPathsTests
{
    private static readonly AgentPaths Real = new(AgentPaths.DefaultConfigFile);

    [Fact]
    public void Paths_OfTheRealHost_AreThoseOfTheFormats()
    {
        Assert.Equal("/etc/unbounded/agent/config.json", Real.ConfigFile);
        Assert.Equal("/etc/unbounded/agent", Real.ConfigDirectory);
        Assert.Equal("/etc/unbounded/agent/machine.yaml", Real.MachineFile);
        Assert.Equal("/var/lib/unbounded/update/state.json", Real.State);
    }

    [Fact]
    public void Paths_WithAConfigurationElsewhere_StayWhereTheyAre()
    {
        var elsewhere = new AgentPaths("/srv/a/b.json");

        Assert.Equal("/srv/a/b.json", elsewhere.ConfigFile);
        Assert.Equal(All(Real), All(elsewhere));
    }

    [Fact]
    public void Paths_BelowARoot_AreThoseOfTheRealHostBelowIt()
    {
        var below = All(new AgentPaths("/x/config.json", "/root-of-test"));

        Assert.Equal(All(Real).Select(p => "/root-of-test" + p), below);
    }

    [Fact]
    public void Paths_OfOneHost_AreAllDifferent() => Assert.Equal(All(Real).Count, All(Real).Distinct(StringComparer.Ordinal).Count());

    // What is kept over a reboot and what must not be.
    [Fact]
    public void Paths_OfNotesAndLocks_AreGoneAfterAReboot()
    {
        Assert.All([Real.ProgressFile, Real.Answers, Real.Lock, Real.DaemonLock], p => Assert.StartsWith("/run/", p, StringComparison.Ordinal));
        Assert.All([Real.Record, Real.State, Real.StatusFile, Real.Requests, Real.GenerationFile, Real.DataCheckFile], p => Assert.StartsWith("/var/lib/", p, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> All(AgentPaths paths) =>
    [
        paths.ConfigDirectory, paths.MachineFile, paths.Record, paths.State, paths.StatusFile, paths.GenerationFile, paths.DataCheckFile, paths.Requests, paths.Answers, paths.ProgressFile, paths.Lock, paths.DaemonLock,
    ];
}
