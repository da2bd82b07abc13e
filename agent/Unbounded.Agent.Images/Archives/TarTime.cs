using System.Runtime.InteropServices;

namespace Unbounded.Agent.Images.Archives;

/// <summary>A time as a file system keeps it: also before 1970 and after 9999, which .NET's types can't hold to the nanosecond.</summary>
/// <param name="Seconds">Seconds since 1970, rounded down.</param>
/// <param name="Nanoseconds">Nanoseconds of that second.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TarTime(long Seconds, uint Nanoseconds);
