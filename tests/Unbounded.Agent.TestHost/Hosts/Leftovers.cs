using System.Text.Json.Nodes;
using Unbounded.Agent.TestHost.Docker;

namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>Clears what runs that crashed left behind: containers and directories whose owner lives no more.</summary>
public static class Leftovers
{
    /// <summary>The file in a host's directory that names its owner.</summary>
    internal const string OwnerFile = "owner";

    /// <summary>Removes them; what a live process owns stays.</summary>
    public static async Task SweepAsync(DockerClient client, CancellationToken cancellation = default)
    {
        var filter = new JsonObject { ["label"] = new JsonArray(Owner.Label) }.ToJsonString();
        var containers = await client.GetAsync($"/containers/json?all=true&filters={Uri.EscapeDataString(filter)}", cancellation);
        foreach (var container in containers!.AsArray())
        {
            var owner = Owner.Parse(container!["Labels"]?[Owner.Label]?.GetValue<string>());
            if (owner is not { IsAlive: true })
                await client.DeleteAsync($"/containers/{container["Id"]}?force=true&v=true", cancellation);
        }

        if (!Directory.Exists(HostDirectory.Parent))
            return;
        foreach (var directory in Directory.EnumerateDirectories(HostDirectory.Parent))
        {
            if (await IsAbandonedAsync(directory, cancellation))
                await HostDirectory.DeleteTreeAsync(directory, cancellation);
        }
    }

    // a directory without an owner is being made this moment, or deleted by another run
    private static async Task<bool> IsAbandonedAsync(string directory, CancellationToken cancellation)
    {
        try
        {
            var text = await File.ReadAllTextAsync(Path.Combine(directory, OwnerFile), cancellation);
            return Owner.Parse(text) is { IsAlive: false };
        }
        catch (IOException)
        {
            return false;
        }
    }
}
