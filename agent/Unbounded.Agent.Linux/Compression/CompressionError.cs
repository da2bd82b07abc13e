using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Compression;

/// <summary>The coded errors of the decoders.</summary>
internal static class CompressionError
{
    internal static AgentException Corrupt(string name, string format, string why) => new(
        LinuxErrors.CorruptData,
        $"{name} could not be decompressed",
        $"its {format} data is damaged: {why}",
        "Fetch or copy it again, and compare its digest with the publisher's.");

    internal static AgentException Truncated(string name, string format) => Corrupt(name, format, "it ends too early");

    internal static AgentException TooMuchMemory(string name, string format, long limit) => new(
        LinuxErrors.NeedsTooMuchMemory,
        $"{name} was not decompressed",
        $"its {format} settings need more than {limit >> 20} MiB of memory",
        "Compress it with a smaller window (zstd without --ultra --long, xz up to -9).");

    internal static AgentException Missing(string library, string package, Exception inner) => new(
        LinuxErrors.LibraryMissing,
        $"{library} could not be loaded",
        inner.Message,
        $"Install the package {package} (its name on Debian).",
        inner);
}
