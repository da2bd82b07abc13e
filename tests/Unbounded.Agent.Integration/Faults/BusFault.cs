using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Faults;

/// <summary>Something that takes the bus, or what is on it, away from under the agent for a moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Script">What does it, as a shell script; it returns when the bus answers again.</param>
internal sealed record BusFault(string Name, string Script)
{
    /// <summary>systemd re-executes itself: it leaves the bus and comes back under another name.</summary>
    public static readonly BusFault Reexec = new("daemon-reexec", "systemctl daemon-reexec");

    /// <summary>The bus itself dies; its socket stays.</summary>
    public static readonly BusFault Bus = new("bus killed", Kill("dbus.service"));

    /// <summary>machined dies, if it runs: without machines it ends by itself.</summary>
    public static readonly BusFault Machined = new("machined killed", Kill("systemd-machined.service"));

    public static IReadOnlyList<BusFault> All { get; } = [Reexec, Bus, Machined];

    // Struck so often, a service would be kept down by its start limit.
    private static string Kill(string unit) =>
        $"systemctl kill --signal=KILL {unit} || true; systemctl reset-failed {unit} || true; systemctl start {unit}";

    public Task StrikeAsync(SystemdHost host) => host.ShellAsync(Script);

    /// <summary>Boots the host with dbus-broker in place of dbus-daemon.</summary>
    public static async Task BrokerAsync(SystemdHost host)
    {
        await host.RunAsync("systemctl", "enable", "dbus-broker.service");
        await host.RebootAsync();
        var bus = await host.RunAsync("systemctl", "show", "--value", "-p", "Id", "dbus.service");
        if (bus != "dbus-broker.service")
            throw new InvalidOperationException($"The bus is {bus}.");
    }
}
