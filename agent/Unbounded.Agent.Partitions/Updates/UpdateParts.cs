using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.DBus.Login;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>What the front door gives to the updates.</summary>
public sealed record UpdateParts
{
    /// <summary>Durable storage, on the data partition.</summary>
    public required IDurableStore Store { get; init; }

    /// <summary>Absolute path of the record.</summary>
    public required string RecordFile { get; init; }

    /// <summary>Absolute path of <c>state.json</c>.</summary>
    public required string StateFile { get; init; }

    /// <summary>Where applied configs are, on the data partition.</summary>
    public required string AppliedDirectory { get; init; }

    /// <summary>Name of this host.</summary>
    public required string MachineName { get; init; }

    /// <summary>How it is updated.</summary>
    public required UpdateSettings Settings { get; init; }

    /// <summary>Where indexes and images come from.</summary>
    public required UpdateSource Source { get; init; }

    /// <summary>Reboots the host.</summary>
    public required IHostReboot Reboot { get; init; }

    /// <summary>The host's login manager, which passes a word to the firmware at a reboot.</summary>
    public required ILogin Login { get; init; }

    /// <summary>One change at a time.</summary>
    public required ITransitionLock Lock { get; init; }

    /// <summary>Checks beside the slots' own.</summary>
    public required ICheckSource Checks { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Loggers.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>The host's systemd, null where none is to be asked.</summary>
    public ISystemd? Systemd { get; init; }

    /// <summary>The cluster that this host is a Node of, null where there is none.</summary>
    public INodeLabels? Node { get; init; }

    /// <summary>Watches, null when nobody does.</summary>
    public ITransitionObserver? Observer { get; init; }

    /// <summary>Told how transitions end.</summary>
    public IStatusPublisher Publisher { get; init; } = new SilentPublisher();

    /// <summary>Where slots are.</summary>
    public PartitionPaths Paths { get; init; } = new();

    /// <summary>How long health checks take.</summary>
    public UpdateTiming Timing { get; init; } = new();
}
