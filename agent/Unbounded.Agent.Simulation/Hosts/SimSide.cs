using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>One simulated slot.</summary>
internal sealed class SimSide(SlotName name)
{
    public SlotName Name => name;

    /// <summary>Durable: what is in it, null when nothing.</summary>
    public Target? Content { get; set; }

    /// <summary>Durable: bytes are there, the completeness mark is not.</summary>
    public bool Partial { get; set; }

    /// <summary>Durable: made by another agent, without a fingerprint.</summary>
    public bool Foreign { get; set; }

    /// <summary>Durable: labels for the next registration.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The image that it was booted from, where that is observed; null: the one that it was filled with.</summary>
    public string? Image { get; set; }

    public bool Booted { get; set; }

    public bool Containerd { get; set; }

    public bool Kubelet { get; set; }

    public int Pods { get; set; }

    public long KubeletSince { get; set; }

    public int BootCount { get; set; }

    public int KubeletStarts { get; set; }

    public bool Complete => Content is not null && !Partial;

    public string Nature => Hosts.Nature.Of(Image ?? Content?.Config.OCIImage);

    public void CopyFrom(SimSide other)
    {
        (Content, Partial, Foreign, Labels, Image) = (other.Content, other.Partial, other.Foreign, other.Labels, other.Image);
        (Booted, Containerd, Kubelet, Pods) = (other.Booted, other.Containerd, other.Kubelet, other.Pods);
        (KubeletSince, BootCount, KubeletStarts) = (other.KubeletSince, other.BootCount, other.KubeletStarts);
    }

    public void PowerOff()
    {
        Booted = false;
        Containerd = false;
        Kubelet = false;
        Pods = 0;
    }
}
