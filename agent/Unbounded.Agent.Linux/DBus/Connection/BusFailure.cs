using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>The coded errors of a connection.</summary>
internal static class BusFailure
{
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;

    internal static AgentException CanNotConnect(BusAddress address, int errno) => errno is NotPermitted or AccessDenied
        ? new AgentException(
            LinuxErrors.BusAccessDenied,
            $"{address.Name} refused the connection",
            $"{Marshal.GetPInvokeErrorMessage(errno)} ({address.Value})",
            "Run the agent as root")
        : new AgentException(
            LinuxErrors.BusUnavailable,
            $"{address.Name} can't be reached",
            $"{Marshal.GetPInvokeErrorMessage(errno)} ({address.Value})",
            "See whether the bus runs there: `systemctl status dbus.socket dbus.service`");

    internal static AgentException ConnectTimeout(BusAddress address, TimeSpan limit) => new(
        LinuxErrors.BusUnavailable,
        $"{address.Name} can't be reached",
        $"it did not accept the connection within {limit.TotalSeconds:0.#} s ({address.Value})",
        "See whether the bus runs there: `systemctl status dbus.socket dbus.service`");

    internal static AgentException LibraryMissing(Exception inner) => new(
        LinuxErrors.LibraryMissing,
        "libsystemd.so.0 can't be loaded",
        inner.Message,
        "Install the package libsystemd0",
        inner);

    internal static AgentException Lost(BusAddress address, string why) => new(
        LinuxErrors.BusConnectionLost,
        $"The connection to {address.Name} was lost",
        why,
        "The agent connects again by itself; if this repeats, see the journal of dbus.service");

    internal static AgentException Closed(BusAddress address) => Lost(address, "it was closed by the agent itself");

    internal static AgentException InvalidCall(BusCall call, int errno) => new(
        LinuxErrors.BusArgumentInvalid,
        $"{call.Interface}.{call.Member} can't be called on {call.Path}",
        Marshal.GetPInvokeErrorMessage(errno),
        "Check the names in the configuration: object paths hold letters, digits and _ only");

    internal static AgentException Timeout(BusCall call, TimeSpan limit) => new(
        LinuxErrors.BusCallTimeout,
        $"{call.Interface}.{call.Member} of {call.Destination} got no answer",
        $"none came within {limit.TotalSeconds:0.#} s",
        $"See whether {call.Destination} is busy or hangs; the call may still be carried out");
}
