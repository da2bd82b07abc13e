namespace Unbounded.Agent.Core.Slots;

/// <summary>One slot as it was found.</summary>
/// <param name="Name">The slot.</param>
/// <param name="State">How far it is.</param>
/// <param name="Fingerprint">Fingerprint of the target it was prepared for; null when unknown (empty, partial, adopted).</param>
/// <param name="Image">Image reference it was made from, null when unknown.</param>
/// <param name="ImageDigest">Digest of that image, <c>sha256:…</c>, null when unknown.</param>
/// <param name="KubernetesVersion">Kubernetes version in it, without <c>v</c>, null when unknown.</param>
/// <param name="BootId">Boot ID of what runs in it, null when it is not booted.</param>
/// <param name="SizeBytes">Space that releasing it would free, in bytes, null when not measured.</param>
public sealed record SlotObservation(
    SlotName Name,
    SlotState State,
    string? Fingerprint = null,
    string? Image = null,
    string? ImageDigest = null,
    string? KubernetesVersion = null,
    string? BootId = null,
    long? SizeBytes = null);
