namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>A node image that is in the store.</summary>
/// <param name="Reference">As it was asked for.</param>
/// <param name="Digest">Its digest, <c>sha256:…</c>.</param>
/// <param name="Tree">Its unpacked tree, which nobody writes to.</param>
public sealed record NodeImage(string Reference, string Digest, string Tree);
