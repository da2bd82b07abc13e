using System.Runtime.InteropServices;

namespace Unbounded.Agent.Images.Archives;

/// <summary>A part of a sparse file that holds data.</summary>
/// <param name="Offset">Where it starts in the file.</param>
/// <param name="Length">How long it is; 0 only to mark the end of the file.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SparseSegment(long Offset, long Length);
