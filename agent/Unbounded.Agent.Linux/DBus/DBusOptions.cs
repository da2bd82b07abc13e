namespace Unbounded.Agent.Linux.DBus;

/// <summary>How message buses are reached.</summary>
public sealed record DBusOptions
{
    /// <summary>
    /// The host's system bus, in the form of the D-Bus specification (<c>unix:path=…</c>). Null, the default, for
    /// <c>DBUS_SYSTEM_BUS_ADDRESS</c> and else <c>/run/dbus/system_bus_socket</c>.
    /// </summary>
    public string? HostAddress { get; init; }

    /// <summary>How long connecting may take. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one answer may take. Default 25 s. Jobs are waited for without a limit.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a call that was interrupted waits for bus and service to come back. Default 30 s.</summary>
    public TimeSpan ReturnTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
