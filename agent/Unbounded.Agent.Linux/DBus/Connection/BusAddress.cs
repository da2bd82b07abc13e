namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>Where a message bus listens.</summary>
/// <param name="Value">The address, in the D-Bus specification's form.</param>
/// <param name="Name">What to call the bus in errors and logs.</param>
internal sealed record BusAddress(string Value, string Name)
{
    private const string Variable = "DBUS_SYSTEM_BUS_ADDRESS";
    private const string WellKnown = "unix:path=/run/dbus/system_bus_socket";

    /// <summary>The host's system bus: the given address, else <c>DBUS_SYSTEM_BUS_ADDRESS</c>, else the well-known socket.</summary>
    internal static BusAddress Host(string? address = null)
    {
        address ??= Environment.GetEnvironmentVariable(Variable);
        return new BusAddress(string.IsNullOrEmpty(address) ? WellKnown : address, "the host's system bus");
    }

    /// <summary>
    /// The system bus inside the container whose first process is <paramref name="leader"/>, a process ID of the host.
    /// Reached through <c>/proc/PID/root</c>, which takes ptrace rights alone; systemd's own <c>x-machine-unix:</c> forks a child that joins the
    /// container's namespaces, for which the daemon would have to be granted CAP_SYS_ADMIN, CAP_SYS_CHROOT and setns(2).
    /// </summary>
    internal static BusAddress InMachine(int leader) =>
        new($"unix:path=/proc/{leader}/root/run/dbus/system_bus_socket", $"the system bus of the machine with leader {leader}");
}
