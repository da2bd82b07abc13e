using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes;

/// <summary>Error codes of Kubernetes, block 5xxx. 51xx: the Machine resource and <c>machine.yaml</c>. Each has a page in <c>docs/errors</c>.</summary>
public static class KubernetesErrors
{
    /// <summary>machine.yaml is not a valid Machine: the details list every problem with its place.</summary>
    public static readonly ErrorCode MachineInvalid = new("UBA-5101", ErrorKind.InvalidInput);

    /// <summary>machine.yaml can't be read as YAML at all: too large, not UTF-8, not YAML, several documents.</summary>
    public static readonly ErrorCode MachineUnreadable = new("UBA-5102", ErrorKind.InvalidInput);

    /// <summary>machine.yaml is empty or ends in the middle, as while it is being written.</summary>
    public static readonly ErrorCode MachineIncomplete = new("UBA-5103", ErrorKind.Transient);

    /// <summary>The Machine is another one's: its name is not the configuration's MachineName.</summary>
    public static readonly ErrorCode MachineForeign = new("UBA-5104", ErrorKind.Precondition);
}
