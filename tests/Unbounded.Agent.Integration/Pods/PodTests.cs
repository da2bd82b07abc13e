using System.Globalization;
using System.Text.Json.Nodes;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Pods;

/// <summary>
/// A real static pod over real swaps (<c>images/node/pods</c>). It keeps an exclusive lock that both machines see, ignores SIGTERM, and writes into its emptyDir
/// volumes. <c>UNBOUNDED_POD_SWAPS</c>: how many swaps a suite makes; <c>UNBOUNDED_POD_RESULTS</c>: where each is noted.
/// </summary>
[Collection(nameof(PodTests))]
public sealed class PodTests
{
    private const int Swaps = 2;

    // MachineYaml's podGrace, and what the pod itself would be given by its own kubelet.
    private const long Grace = 1_000;
    private const long OwnGrace = 60_000;

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Law10_APodWithALockThatIgnoresItsEnd_IsNeverThereTwiceAndDelaysNothing(string suite)
    {
        await using var agent = await InstallAsync(suite);
        await StartsAsync(agent, 1);
        var swaps = Environment.GetEnvironmentVariable("UNBOUNDED_POD_SWAPS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Swaps;

        for (var swap = 1; swap <= swaps; swap++)
        {
            var (version, tag) = swap % 2 == 1 ? (AgentHost.V2, "v2") : (AgentHost.V1, "v1");
            Assert.Equal("success", await agent.TransitionAsync(version, Image(tag), settle: "1s", boot: "60s"));
            await StartsAsync(agent, swap + 1);
            var transition = (await agent.StatusAsync())["lastTransition"]!;
            var deactivate = (long)transition["steps"]!.AsArray().Single(s => (string?)s!["name"] == "deactivate")!["milliseconds"]!;
            Assert.InRange(deactivate, Grace, OwnGrace / 2);
            await NoteAsync(suite, swap, deactivate, (long)transition["downtimeMilliseconds"]!, await StoryAsync(agent));
        }

        // On disk an emptyDir outlives a swap, in memory it does not, and no image is taken in a second time.
        Assert.Equal(Enumerable.Range(1, swaps + 1).Select(n => $"held disk {n} memory 1"), await StoryAsync(agent));
        Assert.Equal("pause.tar\nshell.tar", await agent.Host.ShellAsync("sort /srv/pods/imported"));
    }

    // For hack/pods, a line of JSON a swap.
    private static async Task NoteAsync(string suite, int swap, long deactivate, long downtime, IReadOnlyList<string> story)
    {
        if (Environment.GetEnvironmentVariable("UNBOUNDED_POD_RESULTS") is not { Length: > 0 } file)
            return;
        var line = new JsonObject
        {
            ["suite"] = suite,
            ["swap"] = swap,
            ["deactivateMilliseconds"] = deactivate,
            ["downtimeMilliseconds"] = downtime,
            ["lockedStarts"] = story.Count(s => s.StartsWith("held ", StringComparison.Ordinal)),
            ["refusedStarts"] = story.Count(s => !s.StartsWith("held ", StringComparison.Ordinal)),
        };
        await File.AppendAllTextAsync(file, line.ToJsonString() + "\n");
    }

    private static string Image(string tag) => $"oci-layout://{SystemdHost.ImagesMount}/pods:{tag}-pods";

    private static async Task<AgentHost> InstallAsync(string suite)
    {
        var agent = AgentHost.Over(await SystemdHosts.NewAsync(suite));
        try
        {
            await AgentHost.WriteInputAsync(agent.Host, AgentHost.MachineYaml(AgentHost.V1, Image("v1"), boot: "60s"));
            await agent.Host.ShellAsync("""
                mkdir -p /srv/pods
                sed -i 's|"OCIImage"|"AdditionalHostMounts": [{"Source": "/srv/pods"}],\n  &|' /root/input/config.json
                """);
            (await agent.AgentAsync("install", "--config", "/root/input/config.json", "--machine", "/root/input/machine.yaml")).ThrowOnFailure("install");
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    private static Task StartsAsync(AgentHost agent, int starts) =>
        agent.WaitAsync(async () => (await StoryAsync(agent)).Count == starts, $"the pod's start number {starts}");

    private static async Task<IReadOnlyList<string>> StoryAsync(AgentHost agent)
    {
        var file = agent.Host.PathOf("/srv/pods/story");
        return File.Exists(file) ? await File.ReadAllLinesAsync(file) : [];
    }
}
