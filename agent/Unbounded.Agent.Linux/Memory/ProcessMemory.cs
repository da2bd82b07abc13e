using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Memory;

/// <summary>The memory of this process.</summary>
public static class ProcessMemory
{
    private const string Mappings = "/proc/self/maps";
    private const int PageOut = 21;

    /// <summary>
    /// Gives back what a process that is about to rest for a while does not need: garbage, free blocks of the C library's heap, and the pages of its program
    /// and libraries, which the kernel reads again when they are used (MADV_PAGEOUT, madvise(2); kernels before 5.4 keep them).
    /// </summary>
    public static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = Libc.MallocTrim(0);
        foreach (var line in File.ReadAllLines(Mappings))
        {
            if (MemoryMapping.Parse(line) is { IsFile: true } mapping && (mapping.IsPrivate || !mapping.IsWritable))
                _ = Libc.MAdvise(mapping.Start, (nuint)(mapping.End - mapping.Start), PageOut);
        }
    }
}
