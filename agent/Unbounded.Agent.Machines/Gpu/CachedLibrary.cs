namespace Unbounded.Agent.Machines.Gpu;

/// <summary>An entry of the linker's cache.</summary>
/// <param name="Name">The name that programs ask for: <c>libcuda.so.1</c>.</param>
/// <param name="Path">Where the linker finds it, absolute; usually a link.</param>
internal sealed record CachedLibrary(string Name, string Path);
