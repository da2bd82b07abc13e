using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.DBus;

/// <summary>D-Bus error names, and how they become coded errors.</summary>
public static class DBusErrors
{
    /// <summary>systemd knows no such unit, and there is no file of its name.</summary>
    public const string NoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";

    /// <summary>machined knows no such machine.</summary>
    public const string NoSuchMachine = "org.freedesktop.machine1.NoSuchMachine";

    internal const string AlreadySubscribed = "org.freedesktop.systemd1.AlreadySubscribed";
    internal const string NoSuchJob = "org.freedesktop.systemd1.NoSuchJob";
    internal const string UnknownObject = "org.freedesktop.DBus.Error.UnknownObject";
    internal const string UnknownMethod = "org.freedesktop.DBus.Error.UnknownMethod";
    internal const string NameHasNoOwner = "org.freedesktop.DBus.Error.NameHasNoOwner";
    internal const string ServiceUnknown = "org.freedesktop.DBus.Error.ServiceUnknown";
    internal const string NoReply = "org.freedesktop.DBus.Error.NoReply";
    internal const string Disconnected = "org.freedesktop.DBus.Error.Disconnected";
    internal const string AccessDenied = "org.freedesktop.DBus.Error.AccessDenied";
    internal const string AuthFailed = "org.freedesktop.DBus.Error.AuthFailed";
    internal const string InteractiveAuthorizationRequired = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";

    /// <summary>The D-Bus error name behind an error, null when a service did not answer at all.</summary>
    /// <param name="error">Any error thrown by this folder's types.</param>
    public static string? NameOf(AgentException error) => (error?.InnerException as DBusException)?.ErrorName;

    /// <summary>Whether the answer was lost on its way: the call may or may not have been carried out.</summary>
    internal static bool IsInterrupted(AgentException error) =>
        error.Code == LinuxErrors.BusConnectionLost
        || NameOf(error) is NoReply or Disconnected or ServiceUnknown or NameHasNoOwner;

    /// <summary>The coded error for an error reply.</summary>
    internal static AgentException From(DBusException reply)
    {
        var what = $"{reply.Method} of {reply.Destination} failed";
        var why = $"{reply.ErrorName}: {reply.ErrorMessage.TrimEnd('.')}";
        return reply.ErrorName switch
        {
            NoSuchUnit => new AgentException(
                LinuxErrors.NoSuchUnit, what, why, "Check the unit's name and that its file is installed, then reload systemd", reply),
            NoSuchMachine => new AgentException(
                LinuxErrors.NoSuchMachine, what, why, "See `machinectl list` for the machines that are registered", reply),
            AccessDenied or AuthFailed or InteractiveAuthorizationRequired => new AgentException(
                LinuxErrors.BusAccessDenied, what, why, "Run the agent as root; a policy of the bus or polkit forbids this call", reply),
            NoReply or Disconnected or ServiceUnknown or NameHasNoOwner => new AgentException(
                LinuxErrors.BusServiceUnavailable, what, why, $"See whether {reply.Destination} runs: `busctl status {reply.Destination}`", reply),
            _ => new AgentException(
                LinuxErrors.BusCallFailed, what, why, "The cause is named by the service; its journal has more", reply),
        };
    }
}
