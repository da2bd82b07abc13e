namespace Unbounded.Agent.Images.Unpacking;

/// <summary>What was unpacked.</summary>
/// <param name="Entries">Entries written, of all layers.</param>
/// <param name="Bytes">Data written, bytes.</param>
public sealed record UnpackResult(long Entries, long Bytes);
