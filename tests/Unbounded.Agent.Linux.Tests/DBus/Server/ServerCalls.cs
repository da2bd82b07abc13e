using System.Runtime.InteropServices;
using Unbounded.Agent.Linux.DBus.Native;

namespace Unbounded.Agent.Linux.Tests.DBus.Server;

/// <summary>The half of sd-bus that serves, which only tests need.</summary>
internal static unsafe partial class ServerCalls
{
    private const string Library = "libsystemd.so.0";

    [LibraryImport(Library, EntryPoint = "sd_bus_message_new_method_return")]
    internal static partial int NewMethodReturn(nint call, out nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_new_method_error")]
    internal static partial int NewMethodError(nint call, out nint message, SdBusError* error);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_new_signal", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int NewSignal(nint bus, out nint message, string path, string @interface, string member);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_set_destination", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetDestination(nint message, string destination);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_ref")]
    internal static partial nint Ref(nint message);
}
