using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.DBus.Native;

/// <summary>
/// libsystemd's sd-bus(3), non-variadic entry points only. Results below zero are negated error numbers.
/// A bus and its messages belong to the one thread that created the bus.
/// </summary>
internal static unsafe partial class SdBus
{
    private const string Library = "libsystemd.so.0";

    [LibraryImport(Library, EntryPoint = "sd_bus_new")]
    internal static partial int New(out nint bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_set_address", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetAddress(nint bus, string address);

    [LibraryImport(Library, EntryPoint = "sd_bus_set_bus_client")]
    internal static partial int SetBusClient(nint bus, int client);

    [LibraryImport(Library, EntryPoint = "sd_bus_set_watch_bind")]
    internal static partial int SetWatchBind(nint bus, int watch);

    [LibraryImport(Library, EntryPoint = "sd_bus_start")]
    internal static partial int Start(nint bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_is_ready")]
    internal static partial int IsReady(nint bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_close_unref")]
    internal static partial nint CloseUnref(nint bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_get_fd")]
    internal static partial int GetFd(nint bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_get_events")]
    internal static partial int GetEvents(nint bus);

    /// <summary>The deadline of the library's own timers in microseconds of CLOCK_MONOTONIC, or all ones.</summary>
    [LibraryImport(Library, EntryPoint = "sd_bus_get_timeout")]
    internal static partial int GetTimeout(nint bus, out ulong deadline);

    [LibraryImport(Library, EntryPoint = "sd_bus_process")]
    internal static partial int Process(nint bus, out nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_send")]
    internal static partial int Send(nint bus, nint message, out ulong cookie);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_new_method_call", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int NewMethodCall(nint bus, out nint message, string destination, string path, string @interface, string member);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_set_auto_start")]
    internal static partial int SetAutoStart(nint message, int autoStart);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_unref")]
    internal static partial nint MessageUnref(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_type")]
    internal static partial int GetMessageType(nint message, out byte type);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_reply_cookie")]
    internal static partial int GetReplyCookie(nint message, out ulong cookie);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_sender")]
    internal static partial byte* GetSender(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_path")]
    internal static partial byte* GetPath(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_interface")]
    internal static partial byte* GetInterface(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_member")]
    internal static partial byte* GetMember(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_error")]
    internal static partial SdBusError* GetError(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_reply_method_error")]
    internal static partial int ReplyMethodError(nint call, SdBusError* error);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_append_basic")]
    internal static partial int AppendBasic(nint message, byte type, void* value);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_open_container", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int OpenContainer(nint message, byte type, string contents);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_close_container")]
    internal static partial int CloseContainer(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_read_basic")]
    internal static partial int ReadBasic(nint message, byte type, void* value);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_read_array")]
    internal static partial int ReadArray(nint message, byte type, out void* data, out nuint size);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_enter_container", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int EnterContainer(nint message, byte type, string? contents);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_exit_container")]
    internal static partial int ExitContainer(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_peek_type")]
    internal static partial int PeekType(nint message, out byte type, out byte* contents);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_rewind")]
    internal static partial int Rewind(nint message, int complete);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_skip", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Skip(nint message, string types);
}
