using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.DBus.Native;

/// <summary>sd-bus-protocol's <c>sd_bus_error</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SdBusError
{
    internal byte* Name;
    internal byte* Message;
    internal int NeedFree;
}
