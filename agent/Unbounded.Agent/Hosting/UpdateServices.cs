using Microsoft.Extensions.Logging;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Login;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Logging;
using Unbounded.Agent.Metrics;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Hosting;

/// <summary>What the commands of <c>update</c> use, put together. Nothing is opened before it is used.</summary>
internal sealed class UpdateServices : IAsyncDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    // An update by blocks asks for hundreds of ranges: a connection serves many of them, and names are looked up again in time.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(2);

    private readonly HttpClient _server = new(new RegistryAuthorization(
        RegistryCredentials.OfProcess(),
        new SocketsHttpHandler { ConnectTimeout = LongestSilence, PooledConnectionLifetime = ConnectionLife }))
    {
        Timeout = LongestSilence,
    };

    private readonly HttpClient _operators = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, AllowAutoRedirect = false });
    private readonly ISystemd _systemd;
    private readonly ILogin _login;

    /// <summary>Puts everything together.</summary>
    /// <param name="command">What this process is, for the lock: <c>update apply</c>.</param>
    /// <param name="context">How it answers and logs.</param>
    /// <param name="settings">How this host is updated.</param>
    /// <param name="stateFile">Another state file, null for the usual one.</param>
    /// <param name="reboots">Whether the command may reboot the host.</param>
    /// <param name="sinks">Who wants to hear of progress.</param>
    public UpdateServices(
        string command, CommandContext context, UpdateSettings settings, string? stateFile, bool reboots, params IReadOnlyList<IProgressSink> sinks)
        : this(command, LineLoggerFactory.Create(context, underJournal: false, TimeProvider.System, LogLevel.Warning), settings, stateFile, reboots, instruments: null, sinks)
    {
    }

    /// <summary>Puts everything together.</summary>
    /// <param name="command">What this process is, for the lock.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="settings">How this host is updated.</param>
    /// <param name="stateFile">Another state file, null for the usual one.</param>
    /// <param name="reboots">Whether the host may be rebooted.</param>
    /// <param name="instruments">Measures transitions; null when nobody does.</param>
    /// <param name="sinks">Who wants to hear of progress.</param>
    public UpdateServices(
        string command, ILoggerFactory loggers, UpdateSettings settings, string? stateFile, bool reboots, AgentInstruments? instruments, IReadOnlyList<IProgressSink> sinks)
    {
        var time = TimeProvider.System;
        Progress = new ProgressTracker(sinks, time);
        var paths = AgentPaths.OfProcess();
        var store = new DurableStore();
        var connector = new SystemdConnector(new DBusOptions(), time, loggers);
        _systemd = connector.Host();
        _login = connector.Login();
        Agent = UpdateAgent.Create(new()
        {
            Store = store,
            RecordFile = paths.Record,
            StateFile = stateFile ?? paths.State,
            AppliedDirectory = paths.UpdateDirectory,
            MachineName = Environment.MachineName,
            Settings = settings,
            Source = new UpdateSource(_server, time, Progress.StillWaits),
            Reboot = reboots ? new SystemdReboot(_systemd, time) : new NoReboot(),
            Login = _login,
            Lock = new TransitionLock(paths.Lock, command, time),
            Checks = new CommonChecks(_operators, store, paths.DataCheckFile),
            Time = time,
            Loggers = loggers,
            Systemd = _systemd,
            Node = new ClusterNode(paths.Kubeconfig, settings.Node ?? Environment.MachineName, time),
            Publisher = instruments is null ? new SilentPublisher() : new MeasuredPublisher(new SilentPublisher(), instruments, time),
            Observer = instruments is null ? Progress : new MeasuredObserver(Progress, instruments),
        });
    }

    public UpdateAgent Agent { get; }

    /// <summary>Knows of signs of life.</summary>
    public ProgressTracker Progress { get; }

    public async ValueTask DisposeAsync()
    {
        await _systemd.DisposeAsync();
        await _login.DisposeAsync();
        _server.Dispose();
        _operators.Dispose();
    }
}
