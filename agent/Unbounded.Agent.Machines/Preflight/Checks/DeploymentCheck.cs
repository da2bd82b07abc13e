using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Changes;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>What is on the host under the agent's names: its own, the ancestor's, or somebody else's.</summary>
internal sealed class DeploymentCheck(PreflightHost host) : IPreflightCheck
{
    private const string Record = "/var/lib/unbounded/agent/record.json";
    private static readonly string[] Slots = ["kube1", "kube2"];

    public string Name => "deployment";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var files = host.Services.Files;
        if (await IsThereAsync(HostPaths.Journal, cancellationToken))
            return PreflightFinding.Ok("the agent is installed here: install brings it up to date");
        var applied = await AppliedAsync(cancellationToken);
        if (await IsThereAsync(Record, cancellationToken))
            return PreflightFinding.Warning($"there is a record ({Record}) but none of an installation", "Run install: it goes on from that record");
        if (applied.Count > 1)
        {
            return PreflightFinding.Error(
                $"there are applied configurations of {string.Join(" and ", applied)}, and no record says which one is active",
                "Keep the one of the machine that runs (machinectl list) and move the other away");
        }

        if (await AncestorLayout.IsPresentAsync(files, cancellationToken))
            return PreflightFinding.Ok($"the ancestor's agent set this host up: install adopts {(applied.Count == 1 ? applied[0] : "it")} without a restart");
        return await ForeignAsync(cancellationToken) is { } foreign
            ? PreflightFinding.Error($"{foreign} is there and is not the agent's", "Give that machine another name: the agent's are kube1 and kube2")
            : PreflightFinding.Ok("no node was set up here before");
    }

    private async Task<IReadOnlyList<string>> AppliedAsync(CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        foreach (var slot in Slots)
        {
            if (await IsThereAsync($"{HostPaths.ConfigDirectory}/{slot}-applied-config.json", cancellationToken))
                applied.Add(slot);
        }

        return applied;
    }

    private async Task<string?> ForeignAsync(CancellationToken cancellationToken)
    {
        foreach (var slot in Slots)
        {
            foreach (var path in new[] { $"/var/lib/machines/{slot}", $"/etc/systemd/nspawn/{slot}.nspawn", $"/etc/systemd/system/systemd-nspawn@{slot}.service.d" })
            {
                if (await IsThereAsync(path, cancellationToken))
                    return path;
            }

            if ((await host.Services.Units.GetAsync($"systemd-nspawn@{slot}.service", cancellationToken)).IsActive)
                return $"a running machine {slot}";
        }

        return null;
    }

    private async Task<bool> IsThereAsync(string path, CancellationToken cancellationToken) => await host.Services.Files.StatAsync(path, cancellationToken) is not null;
}
