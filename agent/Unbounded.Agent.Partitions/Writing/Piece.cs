using System.Runtime.InteropServices;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>A buffer with how much of it is used.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Length">Bytes used, from its beginning.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Piece<T>(T Buffer, int Length);
