using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.DBus.Connection;

/// <summary>Where a message bus listens.</summary>
/// <param name="Value">The address, in the D-Bus specification's form.</param>
/// <param name="Name">What to call the bus in errors and logs.</param>
internal sealed record BusAddress(string Value, string Name)
{
    private const string Variable = "DBUS_SYSTEM_BUS_ADDRESS";
    private const string Socket = "/run/dbus/system_bus_socket";
    private const string WellKnown = $"unix:path={Socket}";
    private const int NotASocket = 88;

    private string? _root;

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
    internal static BusAddress InMachine(int leader) => InRoot($"/proc/{leader}/root", $"the system bus of the machine with leader {leader}");

    /// <summary>The system bus at its well-known path below a root whose links are not trusted: none leads out of it.</summary>
    internal static BusAddress InRoot(string root, string name) => new($"unix:path={root}{Socket}", name) { _root = root };

    /// <summary>
    /// Finds the socket of a bus in a root: connect(2) would follow an absolute link in it to the socket of the host. Null where the address itself
    /// is to be connected to. Whoever connects keeps it open until that is done.
    /// </summary>
    /// <exception cref="AgentException">There is none: a link that is a loop within the root, a file of another kind.</exception>
    internal SafeFileHandle? OpenSocket()
    {
        if (_root is null)
        {
            return null;
        }

        SafeFileHandle? found = null;
        try
        {
            using var root = new ConfinedRoot(_root);
            found = root.TryOpenPath(Socket) ?? throw BusFailure.CanNotConnect(this, Errno.ENOENT);
            return FileStatus.Get(found, _root + Socket).Type == FileKind.Socket ? found : throw BusFailure.CanNotConnect(this, NotASocket);
        }
        catch (AgentException e)
        {
            found?.Dispose();
            throw e.InnerException is ErrnoException { Errno: var errno } ? BusFailure.CanNotConnect(this, errno) : e;
        }
    }
}
