namespace Unbounded.Agent.Machines.Gpu;

/// <summary>A library of the GPU's driver.</summary>
/// <param name="Name">The name that programs ask for: <c>libcuda.so.1</c>.</param>
/// <param name="LinkPath">Where the host's linker finds it, and a machine's is to.</param>
/// <param name="FilePath">The file itself, as a machine sees it: below <c>/run/host-nvidia</c>.</param>
internal sealed record DriverLibrary(string Name, string LinkPath, string FilePath);
