namespace Unbounded.Agent.Machines.Gpu;

/// <summary>The NVIDIA driver of the host: what a machine needs of it beside the device nodes.</summary>
/// <param name="Directories">Directories of the host that its libraries are in, links resolved; the n-th is bound at <see cref="Target"/>(n).</param>
/// <param name="Libraries">Its libraries.</param>
/// <param name="Gpus">Device nodes of the GPUs: <c>/dev/nvidia0</c>.</param>
/// <param name="Controls">Device nodes that every GPU needs: <c>/dev/nvidiactl</c>.</param>
internal sealed record NvidiaDriver(
    IReadOnlyList<string> Directories,
    IReadOnlyList<DriverLibrary> Libraries,
    IReadOnlyList<string> Gpus,
    IReadOnlyList<string> Controls)
{
    /// <summary>Where a machine sees a directory of the driver.</summary>
    /// <param name="index">Its place in <see cref="Directories"/>.</param>
    public static string Target(int index) => $"/run/host-nvidia/{index}";
}
