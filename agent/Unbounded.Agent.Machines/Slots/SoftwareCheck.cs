using System.Text;
using System.Text.RegularExpressions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.NodeSoftware;
using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>
/// Asks the kubelet of a booted machine for its version, before the node depends on it: an image of the wrong version costs no downtime.
/// It also brings the binary into the page cache, where the handover finds it.
/// </summary>
internal sealed partial class SoftwareCheck(INodes nodes, TimeProvider time)
{
    private const string Output = "/run/unbounded-kubelet-version";
    private const int Limit = 4096;

    // It takes a tenth of a second. The machine's systemd ends it, so that nothing of it is left running; the second limit is for a systemd that
    // does not answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(30);

    /// <summary>Checks.</summary>
    /// <exception cref="AgentException">It is another version than the target's, or it does not run at all.</exception>
    public async Task RunAsync(SlotName slot, Target target, CancellationToken cancellationToken)
    {
        var node = await nodes.FindAsync(slot, cancellationToken) ?? throw new AgentException(
            MachinesErrors.BootFailed,
            $"Machine {slot} ended right after it had booted",
            "its service has no machine any more",
            $"See `journalctl -u systemd-nspawn@{slot}.service`.");
        var found = await VersionInTimeAsync(node, cancellationToken);
        var wanted = KubernetesVersion.Normalize(target.Config.Cluster.Version);
        if (!string.Equals(found, wanted, StringComparison.Ordinal))
        {
            throw new AgentException(
                MachinesErrors.WrongKubeletVersion,
                $"Image {target.Config.OCIImage} is not Kubernetes {wanted}",
                found is null ? "its kubelet does not tell a version" : $"its kubelet is {found}",
                "Set spec.kubernetes.version and spec.agent.image to values that belong together.");
        }
    }

    /// <summary>The kubelet's version without <c>v</c>; null when it does not tell one.</summary>
    public static async Task<string?> VersionAsync(INode node, CancellationToken cancellationToken)
    {
        using var root = node.OpenRoot();
        if (NodeBinaries.FindKubelet(root.Exists) is not { } kubelet)
        {
            return null;
        }

        try
        {
            await node.Systemd.StartTransientAsync(
                new TransientService($"unbounded-version-{Guid.NewGuid():N}.service", [kubelet, "--version"])
                {
                    Description = "Version of the kubelet",
                    // The start job ends when the program has.
                    Type = "oneshot",
                    StartTimeout = Patience,
                    OutputFile = Output,
                },
                cancellationToken);
            return Parse(root.TryRead(Output, Limit));
        }
        catch (AgentException e) when (e.Code == LinuxErrors.FileTooLarge || e.Code == LinuxErrors.WrongFileType)
        {
            return null;
        }
        finally
        {
            root.Delete(Output);
        }
    }

    /// <summary>The version in what <c>kubelet --version</c> prints; null when it has not the form of one.</summary>
    internal static string? Parse(byte[]? output) =>
        output is not null && Line().Match(Encoding.UTF8.GetString(output)) is { Success: true } match ? match.Groups["version"].Value : null;

    private async Task<string?> VersionInTimeAsync(INode node, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerPatience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await VersionAsync(node, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // It comes out of an image and goes into logs and errors: nothing but what a version is made of.
    [GeneratedRegex(@"^Kubernetes v(?<version>[0-9][0-9A-Za-z.+-]{0,63})\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Line();
}
