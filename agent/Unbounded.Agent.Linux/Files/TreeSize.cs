using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Files;

/// <summary>How much a tree takes.</summary>
/// <param name="BytesOnDisk">Allocated bytes, each file counted once whatever its names.</param>
/// <param name="Entries">Names, the top one included.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TreeSize(long BytesOnDisk, long Entries);
