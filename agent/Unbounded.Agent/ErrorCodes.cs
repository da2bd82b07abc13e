using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent;

/// <summary>Error codes of the front door.</summary>
public static class FrontDoorErrors
{
    /// <summary>An exception that nothing expected: a fault of the agent.</summary>
    public static readonly ErrorCode Unexpected = new("UBA-6001", ErrorKind.Internal);

    /// <summary>The command line can't be understood.</summary>
    public static readonly ErrorCode CommandLine = new("UBA-6002", ErrorKind.Usage);

    /// <summary>The run was ended by a signal before it was done.</summary>
    public static readonly ErrorCode Interrupted = new("UBA-6003", ErrorKind.Transient);

    /// <summary>A request's file is not what the agent writes.</summary>
    public static readonly ErrorCode RequestDamaged = new("UBA-6004", ErrorKind.InvalidInput);

    /// <summary>The command needs root.</summary>
    public static readonly ErrorCode NotRoot = new("UBA-6005", ErrorKind.Precondition);

    /// <summary>A transition that this command waited for ended without its target.</summary>
    public static readonly ErrorCode TransitionEnded = new("UBA-6006", ErrorKind.TransitionFailed);

    /// <summary>A check of the preflight failed.</summary>
    public static readonly ErrorCode PreflightFailed = new("UBA-6007", ErrorKind.Precondition);

    /// <summary>A request is kept, but was not carried out yet.</summary>
    public static readonly ErrorCode RequestWaits = new("UBA-6008", ErrorKind.Transient);

    /// <summary>The self-test broke a law.</summary>
    public static readonly ErrorCode SelftestFailed = new("UBA-6010", ErrorKind.Internal);

    /// <summary>The daemon that a command waits for does not run any more.</summary>
    public static readonly ErrorCode DaemonStopped = new("UBA-6011", ErrorKind.Transient);

    /// <summary>The daemon can't tell which kind of host this is, and leaves it alone.</summary>
    public static readonly ErrorCode HostUnclear = new("UBA-6012", ErrorKind.InvalidInput);

    /// <summary>Metrics can't be offered where they were asked for.</summary>
    public static readonly ErrorCode MetricsUnavailable = new("UBA-6020", ErrorKind.Precondition);

    /// <summary>The daemon found something that keeps it from what a command waits for.</summary>
    public static readonly ErrorCode DaemonProblem = new("UBA-6009", ErrorKind.Precondition);
}
