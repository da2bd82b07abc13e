using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Unbounded.Agent.Linux.Notify;

/// <summary>Sends sd_notify(3)'s datagrams to the socket that systemd names in the environment.</summary>
public sealed partial class ServiceNotifier : IServiceNotifier, IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string TimeoutVariable = "WATCHDOG_USEC";
    private const string ProcessVariable = "WATCHDOG_PID";

    // a manager that is re-executed reads on a moment later; one that hangs must not hang the agent
    private const int SendTimeoutMilliseconds = 5_000;

    private readonly ILogger _logger;
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;

    /// <summary>Creates a notifier.</summary>
    /// <param name="address"><c>NOTIFY_SOCKET</c>: an absolute path, or <c>@</c> and an abstract name; null or empty for no service manager.</param>
    /// <param name="watchdogTimeout">The watchdog's timeout, null for none.</param>
    /// <param name="logger">For what can't be delivered.</param>
    public ServiceNotifier(string? address, TimeSpan? watchdogTimeout, ILogger<ServiceNotifier> logger)
    {
        _logger = logger;
        WatchdogTimeout = watchdogTimeout;
        if (string.IsNullOrEmpty(address))
            return;
        if (address[0] is not ('/' or '@'))
        {
            LogUnusable(address, "it is neither an absolute path nor an abstract name");
            return;
        }

        try
        {
            _manager = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = SendTimeoutMilliseconds };
        }
        catch (Exception e) when (e is ArgumentException or SocketException)
        {
            LogUnusable(address, e.Message);
        }
    }

    /// <inheritdoc/>
    public TimeSpan? WatchdogTimeout { get; }

    /// <summary>A notifier for the service manager that started this process, or for none.</summary>
    /// <remarks>Takes the variables out of the environment: a child that inherited them could speak for the agent.</remarks>
    public static ServiceNotifier FromEnvironment(ILogger<ServiceNotifier> logger) => new(
        Take(SocketVariable),
        Notify.WatchdogTimeout.Parse(Take(TimeoutVariable), Take(ProcessVariable), Environment.ProcessId),
        logger);

    /// <inheritdoc/>
    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <inheritdoc/>
    public void Status(string status) => Send($"STATUS={OneLine(status)}");

    /// <inheritdoc/>
    public void KeepAlive() => Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Stopping(string status) => Send($"STOPPING=1\nSTATUS={OneLine(status)}");

    /// <inheritdoc/>
    public void ExtendTimeout(TimeSpan timeout) => Send(string.Create(
        CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)Math.Max(0, timeout.TotalMicroseconds)}"));

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private static string? Take(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (value is not null)
            Environment.SetEnvironmentVariable(variable, null);
        return value;
    }

    /// <summary>A line break would begin another assignment.</summary>
    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Replace('\0', ' ');

    private void Send(string assignments)
    {
        if (_socket is null || _manager is null)
            return;
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(assignments), _manager);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            LogUndelivered(assignments.Split('\n')[0], e.Message);
        }
    }
}
