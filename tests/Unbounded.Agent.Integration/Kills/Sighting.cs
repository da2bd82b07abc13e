namespace Unbounded.Agent.Integration.Kills;

/// <summary>Whose node software had a process when it was looked at.</summary>
/// <param name="Kubelet">The machine whose kubelet has one, null when none has.</param>
/// <param name="Containerd">The machine whose containerd has one, null when none has.</param>
internal readonly record struct Sighting(string? Kubelet, string? Containerd);
