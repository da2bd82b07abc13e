using System.Runtime.InteropServices;

namespace Unbounded.Agent.Machines.Preflight;

/// <summary>The dynamic linker's libraries.</summary>
public sealed class Libraries : ILibraries
{
    /// <inheritdoc/>
    public bool CanLoad(string name)
    {
        if (!NativeLibrary.TryLoad(name, out var handle))
            return false;
        NativeLibrary.Free(handle);
        return true;
    }
}
