using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Store;

/// <summary>When a file's change time can be believed.</summary>
internal static class SourceTime
{
    /// <summary>
    /// A file that is changed twice within one tick of the kernel's clock keeps its change time: only one that is older than this
    /// says that nothing changed since. FAT has the coarsest clock, 2 s.
    /// </summary>
    private static readonly TimeSpan Granularity = TimeSpan.FromSeconds(3);

    internal static bool IsSettled(FileStatus status, TimeProvider time) =>
        status.ChangeSeconds < (time.GetUtcNow() - Granularity).ToUnixTimeSeconds();
}
