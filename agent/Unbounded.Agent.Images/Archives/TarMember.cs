namespace Unbounded.Agent.Images.Archives;

/// <summary>A regular file in an archive that is not compressed: a part of that archive's bytes.</summary>
/// <param name="Name">Its name, as the archive has it, without <c>./</c>.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its length, bytes.</param>
public sealed record TarMember(string Name, long Offset, long Length);
