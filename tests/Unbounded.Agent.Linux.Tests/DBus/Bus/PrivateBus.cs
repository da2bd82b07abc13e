using System.Diagnostics;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.Tests.DBus.Bus;

/// <summary>
/// A real dbus-daemon of the test's own, at an address that stays the same when it is stopped and started again. Any
/// connection may own any name, so that a test can stand in for systemd.
/// </summary>
internal sealed class PrivateBus : IAsyncDisposable
{
    private const string Daemon = "/usr/bin/dbus-daemon";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bus-");
    private Process? _process;

    private PrivateBus()
    {
    }

    public string Address => $"unix:path={Socket}";

    public string Socket => Path.Combine(_directory.FullName, "system_bus_socket");

    public static async Task<PrivateBus> StartAsync(string policy = "")
    {
        var bus = new PrivateBus();
        await File.WriteAllTextAsync(
            bus.Configuration,
            $"""
             <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
              "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
             <busconfig>
               <type>system</type>
               <listen>{bus.Address}</listen>
               <auth>EXTERNAL</auth>
               <policy context="default">
                 <allow user="*"/>
                 <allow own="*"/>
                 <allow send_destination="*"/>
                 <allow receive_sender="*"/>
                 {policy}
               </policy>
             </busconfig>
             """);
        await bus.RunAsync();
        return bus;
    }

    /// <summary>Ends the daemon as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts the daemon, at the same address as before.</summary>
    public async Task RunAsync()
    {
        if (!File.Exists(Daemon))
            throw new FileNotFoundException($"{Daemon} is missing: install Debian's package dbus-daemon (apt-get install dbus-daemon).");
        File.Delete(Socket);
        var start = new ProcessStartInfo(Daemon, ["--nofork", "--nopidfile", "--nosyslog", "--print-address", $"--config-file={Configuration}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{Daemon} did not start.");

        // it prints its address when it listens
        if (await _process.StandardOutput.ReadLineAsync() is null)
            throw new InvalidOperationException($"{Daemon} ended at once: {await _process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>How many match rules all connections have together, as the daemon counts them.</summary>
    public async Task<uint> CountMatchRulesAsync()
    {
        await using var connection = await BusConnection.ConnectAsync(
            new BusAddress(Address, "the test's bus"), new BusConnectionOptions(), CancellationToken.None);
        return await connection.CallAsync(
            new BusCall("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Debug.Stats", "GetStats"),
            reader =>
            {
                var rules = uint.MaxValue;
                reader.EnterArray("{sv}");
                while (reader.TryEnterEntry("sv"))
                {
                    if (reader.ReadString() == "MatchRules")
                    {
                        reader.EnterVariant("u");
                        rules = reader.ReadUInt32();
                        reader.Exit();
                    }
                    else
                    {
                        reader.Skip("v");
                    }

                    reader.Exit();
                }

                return rules;
            },
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _directory.Delete(recursive: true);
    }

    private string Configuration => Path.Combine(_directory.FullName, "bus.conf");
}
