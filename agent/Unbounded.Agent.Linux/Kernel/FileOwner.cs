using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Kernel;

/// <summary>Owner and group of a file, as numbers of the initial user namespace.</summary>
/// <param name="Uid">User.</param>
/// <param name="Gid">Group.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileOwner(uint Uid, uint Gid)
{
    /// <summary>root:root.</summary>
    public static FileOwner Root => default;
}
