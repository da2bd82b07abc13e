using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>What kubelets write beside the agent: a client certificate when they join, and a link to it.</summary>
internal sealed class SimCertificates(SimFileSystem files, MachinePaths paths)
{
    private const string Name = "kubelet-client-2026.pem";
    private const string Current = "kubelet-client-current.pem";

    private static readonly byte[] Certificate = "certificate and key"u8.ToArray();

    /// <summary>A kubelet starts: it joins unless it has a certificate.</summary>
    public void Join(SlotName slot)
    {
        var link = $"{paths.Identity(slot)}/{Current}";
        if (files.Find(link) is null)
        {
            files.Put($"{paths.Identity(slot)}/{Name}", Certificate);
            files.PutLink(link, $"{InMachine.KubeletPki}/{Name}");
        }
    }

    /// <summary>Whether what a slot has is whole: a link that leads to nothing, or to half a key, keeps a kubelet from starting.</summary>
    public bool IsUsable(SlotName slot) =>
        files.Find($"{paths.Identity(slot)}/{Current}") is null
        || (files.Peek($"{paths.Identity(slot)}/{Name}") is { } found && found.AsSpan().SequenceEqual(Certificate));
}
