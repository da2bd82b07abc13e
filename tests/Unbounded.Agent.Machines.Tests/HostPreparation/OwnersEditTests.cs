using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

namespace Unbounded.Agent.Machines.Tests.HostPreparation;

/// <summary>An installation was cut off, and before the next run somebody wrote a file where the agent's goes: it is theirs, whatever was there before.</summary>
public sealed class OwnersEditTests
{
    // The directories of the journal, two instants each: before it is there no installation has begun.
    private const int FirstSave = 7;

    private const string Edited = "the owner's last word\n";

    public static TheoryData<string, string> Files
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var kind in (string[])["fresh", "lived-in"])
            {
                foreach (var path in (string[])[
                    HostPaths.Config, HostPaths.MachineYaml, HostPaths.Binary, "/etc/sysctl.d/99-unbounded-agent.conf", "/etc/tmpfiles.d/unbounded-agent.conf",
                    $"{HostPaths.Units}/{HostPaths.DaemonUnit}"])
                    all.Add(kind, path);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Uninstall_AfterAnEditBetweenACrashAndTheNextRun_PutsTheEditBack(string kind, string path)
    {
        for (var instant = 0; await CutAsync(kind, instant, path) is { } host; instant++)
        {
            await host.InstallAsync();
            await host.UninstallAsync();

            Assert.Equal(Edited, host.Files.All[path].Content);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Uninstall_AfterAnEditThatFollowsACrash_LeavesTheEdit(string kind, string path)
    {
        for (var instant = 0; await CutAsync(kind, instant, path) is { } host; instant++)
        {
            await host.UninstallAsync();

            Assert.Equal(Edited, host.Files.All[path].Content);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Uninstall_AfterAnEditAndAnotherCrash_StillPutsTheEditBack(string kind, string path)
    {
        for (var instant = 0; await CutAsync(kind, instant, path) is { } host; instant++)
        {
            await CrashAsync(host, 1 + (instant % 5));
            await host.InstallAsync(SimulatedHost.Options("{\"MachineName\":\"another\"}"));
            await host.UninstallAsync();

            Assert.Equal(Edited, host.Files.All[path].Content);
        }
    }

    [Fact]
    public async Task Uninstall_AfterEditsBeforeAndAfterACrash_LosesNeither()
    {
        const string Path = "/etc/sysctl.d/99-unbounded-agent.conf";
        var host = SimulatedHost.Fresh();
        host.Files.Add(Path, "what was there");
        await CutAfterAsync(host, effects => effects[^1] == $"write {Path}");
        host.Files.Add(Path, Edited, owner: "bob");

        await host.InstallAsync();
        await host.UninstallAsync();

        Assert.Equal((Edited, "bob"), (host.Files.All[Path].Content, host.Files.All[Path].Owner));
        Assert.Equal("what was there", host.Files.All[$"{Path}.before-unbounded-agent"].Content);
        Assert.Contains(host.Steps, s => s.Kind == HostStepKind.Warning && s.Message.Contains(".before-unbounded-agent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Uninstall_AfterTheOwnerDeletedWhatWasThere_LeavesNothingOfTheAgents()
    {
        const string Path = "/etc/sysctl.d/99-unbounded-agent.conf";
        var host = SimulatedHost.Fresh();
        host.Files.Add(Path, "what was there");
        var journaled = false;
        await CutAfterAsync(host, effects => effects[^1].StartsWith("save", StringComparison.Ordinal) && !journaled && (journaled = host.Files.All[HostPaths.Journal].Content!.Contains("\"sysctl-file\"", StringComparison.Ordinal)));
        host.Files.All.Remove(Path);

        await host.InstallAsync();
        await host.UninstallAsync();

        Assert.DoesNotContain(Path, host.Files.All.Keys);
    }

    [Fact]
    public async Task Uninstall_AfterAnEditOfAFileOfAWholeInstallation_RemovesIt()
    {
        // The configuration is the agent's: an edit of it is its use.
        var host = SimulatedHost.Fresh();
        await host.InstallAsync();
        host.Files.Add(HostPaths.Config, "{\"MachineName\":\"edited\"}");
        await host.InstallAsync(SimulatedHost.Options("{\"MachineName\":\"again\"}"));
        Assert.Contains("again", host.Files.All[HostPaths.Config].Content!, StringComparison.Ordinal);
        host.Files.Add(HostPaths.Config, "{\"MachineName\":\"edited\"}");

        await host.UninstallAsync();

        Assert.DoesNotContain(host.Files.All.Keys, p => p.StartsWith("/etc/unbounded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Uninstall_AfterAnUpgradeThatWasCutOff_LeavesNothingOfEitherVersion()
    {
        for (var instant = 0; ; instant++)
        {
            var host = SimulatedHost.Fresh();
            var before = host.Describe();
            await host.InstallAsync();
            host.Power.CutAt(instant);
            try
            {
                await host.InstallAsync(SimulatedHost.Options("{\"MachineName\":\"another\"}"));
                Assert.True(instant > 5, "nothing was cut");
                return;
            }
            catch (PowerCutException)
            {
                host.Power.CutAt(null);
            }

            await host.UninstallAsync();
            Assert.Equal(before, host.Describe());
        }
    }

    // A host whose installation was cut off at an instant, with a file that the owner has written since; null when the installation ended before, or when
    // that file was settled by then.
    private static async Task<SimulatedHost?> CutAsync(string kind, int instant, string path)
    {
        var host = HostPreparerCrashTests.Create(kind);
        var effects = await CrashAsync(host, FirstSave + instant);
        var settled = effects?.SkipWhile(e => e != $"write {path}").Skip(1).Any(e => e.StartsWith("save", StringComparison.Ordinal));
        if (settled is not false)
            return null;
        host.Files.Add(path, Edited, owner: "bob");
        return host;
    }

    // What was done before the power went; null when it did not go.
    private static async Task<IReadOnlyList<string>?> CrashAsync(SimulatedHost host, int instant)
    {
        host.Power.CutAt(instant);
        try
        {
            await host.InstallAsync();
            return null;
        }
        catch (PowerCutException)
        {
            return [.. host.Power.Effects];
        }
        finally
        {
            host.Power.CutAt(null);
        }
    }

    private static Task CutAfterAsync(SimulatedHost host, Predicate<List<string>> done)
    {
        host.Power.After = done;
        return Assert.ThrowsAsync<PowerCutException>(() => host.InstallAsync());
    }
}
