namespace Unbounded.Agent.Machines.Slots;

/// <summary>
/// <c>slot.json</c>: says that a slot's content is complete, and what it is. Written durably after the content was synced, removed durably
/// before the content is touched again.
/// </summary>
/// <param name="Fingerprint">Fingerprint of the target that the slot was made for.</param>
/// <param name="Image">Image reference.</param>
/// <param name="ImageDigest">Digest of the image, <c>sha256:…</c>.</param>
/// <param name="KubernetesVersion">Kubernetes version of the target, without <c>v</c>.</param>
/// <param name="NodeName">Name of the Node object, also the machine's host name.</param>
/// <param name="Lower">The image's tree in the store when the root is an overlay, null when it is a directory of its own.</param>
/// <param name="PreparedAt">When it became complete, UTC.</param>
/// <param name="Cluster">Which cluster the kubelet joins (<see cref="ClusterIdentity"/>); null when it was written by an agent that did not say.</param>
internal sealed record SlotMark(
    string Fingerprint,
    string Image,
    string ImageDigest,
    string KubernetesVersion,
    string NodeName,
    string? Lower,
    DateTimeOffset PreparedAt,
    string? Cluster = null);
