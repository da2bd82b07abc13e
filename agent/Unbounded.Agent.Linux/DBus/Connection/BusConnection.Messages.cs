using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Native;

namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>Headers of incoming messages.</summary>
internal sealed unsafe partial class BusConnection
{
    // message types of the D-Bus specification
    private const byte MethodCall = 1;
    private const byte MethodReturn = 2;
    private const byte MethodError = 3;
    private const byte Signal = 4;

    private static BusSignal Header(nint message) => new(
        BusReader.Text(SdBus.GetSender(message)) ?? "",
        BusReader.Text(SdBus.GetPath(message)) ?? "",
        BusReader.Text(SdBus.GetInterface(message)) ?? "",
        BusReader.Text(SdBus.GetMember(message)) ?? "");

    private static DBusException ErrorReply(nint message, BusCall call)
    {
        var error = SdBus.GetError(message);
        return new DBusException(
            error is null ? "" : BusReader.Text(error->Name) ?? "",
            error is null ? "" : BusReader.Text(error->Message) ?? "no message",
            call.Destination,
            $"{call.Interface}.{call.Member}");
    }

    private static void RefuseCall(nint message)
    {
        fixed (byte* name = "org.freedesktop.DBus.Error.UnknownObject"u8, text = "The agent serves no objects"u8)
        {
            var error = new SdBusError { Name = name, Message = text };
            // a caller that has gone misses nothing
            _ = SdBus.ReplyMethodError(message, &error);
        }
    }
}
