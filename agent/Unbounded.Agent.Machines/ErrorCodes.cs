using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Machines;

/// <summary>The codes of this project. 40xx slots, 41xx host preparation, 42xx preflight.</summary>
public static class MachinesErrors
{
    /// <summary>A machine did not boot.</summary>
    public static readonly ErrorCode BootFailed = new("UBA-4001", ErrorKind.TransitionFailed);

    /// <summary>An image carries no kubelet.</summary>
    public static readonly ErrorCode NoKubelet = new("UBA-4002", ErrorKind.InvalidInput);

    /// <summary>An image's kubelet is of another version than the one asked for.</summary>
    public static readonly ErrorCode WrongKubeletVersion = new("UBA-4003", ErrorKind.InvalidInput);

    /// <summary>A pod's processes survived SIGKILL.</summary>
    public static readonly ErrorCode PodsSurvived = new("UBA-4004", ErrorKind.TransitionFailed);

    /// <summary>A unit inside a machine could not be stopped or started.</summary>
    public static readonly ErrorCode NodeSoftwareFailed = new("UBA-4005", ErrorKind.TransitionFailed);

    /// <summary>A slot's content is not complete.</summary>
    public static readonly ErrorCode SlotIncomplete = new("UBA-4006", ErrorKind.Precondition);

    /// <summary>A slot is in use and can't be freed.</summary>
    public static readonly ErrorCode SlotInUse = new("UBA-4007", ErrorKind.Precondition);

    /// <summary>A machine's root could not be mounted.</summary>
    public static readonly ErrorCode RootFailed = new("UBA-4008", ErrorKind.Precondition);

    /// <summary>The desired state names no node image.</summary>
    public static readonly ErrorCode NoImage = new("UBA-4009", ErrorKind.InvalidInput);

    /// <summary>A machine did not stop.</summary>
    public static readonly ErrorCode StopFailed = new("UBA-4010", ErrorKind.TransitionFailed);

    /// <summary>A file of the agent about a slot can't be read.</summary>
    public static readonly ErrorCode SlotFileUnreadable = new("UBA-4011", ErrorKind.Precondition);

    /// <summary>The linker's cache of a host with a GPU can't be read.</summary>
    public static readonly ErrorCode LinkerCacheUnreadable = new("UBA-4012", ErrorKind.Precondition);

    /// <summary>Both machines run, set up by another agent, and neither is held back.</summary>
    public static readonly ErrorCode TwoNodes = new("UBA-4013", ErrorKind.Precondition);

    /// <summary>Labels and taints are for a machine that is down by now.</summary>
    public static readonly ErrorCode SettingsNeedMachine = new("UBA-4014", ErrorKind.Transient);

    /// <summary>The journal of host changes is garbage.</summary>
    public static readonly ErrorCode HostJournalUnreadable = new("UBA-4101", ErrorKind.InvalidInput);

    /// <summary>The journal of host changes was written by a newer agent.</summary>
    public static readonly ErrorCode HostJournalNewer = new("UBA-4102", ErrorKind.Precondition);

    /// <summary>The journal names a change that this agent does not know.</summary>
    public static readonly ErrorCode HostChangeUnknown = new("UBA-4103", ErrorKind.Precondition);

    /// <summary>Something of the agent's was found after everything was undone.</summary>
    public static readonly ErrorCode HostLeftovers = new("UBA-4104", ErrorKind.Precondition);

    /// <summary>The package manager failed, or there is none.</summary>
    public static readonly ErrorCode PackagesNotInstalled = new("UBA-4105", ErrorKind.Precondition);

    /// <summary>A file of the host can't be read or changed.</summary>
    public static readonly ErrorCode HostFileRefused = new("UBA-4106", ErrorKind.Precondition);

    /// <summary>There is no configuration to install.</summary>
    public static readonly ErrorCode NoConfiguration = new("UBA-4107", ErrorKind.Precondition);

    /// <summary>A machine that is not the agent's has the name of a slot.</summary>
    public static readonly ErrorCode ForeignMachine = new("UBA-4108", ErrorKind.Precondition);

    /// <summary>No check has that name.</summary>
    public static readonly ErrorCode UnknownCheck = new("UBA-4201", ErrorKind.Usage);
}
