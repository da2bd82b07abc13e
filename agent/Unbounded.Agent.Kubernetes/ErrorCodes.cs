using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes;

/// <summary>Error codes of Kubernetes, block 5xxx. 51xx: the Machine resource and <c>machine.yaml</c>; 52xx: the API server. Each has a page in <c>docs/errors</c>.</summary>
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

    /// <summary>A kubeconfig is not valid, or this is no pod: the details list every problem.</summary>
    public static readonly ErrorCode KubeconfigInvalid = new("UBA-5201", ErrorKind.InvalidInput);

    /// <summary>A token, certificate, key, authority or credential plugin can't be used.</summary>
    public static readonly ErrorCode CredentialsUnusable = new("UBA-5202", ErrorKind.Precondition);

    /// <summary>The API server does not answer: no connection, no answer in time, a connection that broke.</summary>
    public static readonly ErrorCode Unreachable = new("UBA-5203", ErrorKind.Transient);

    /// <summary>The server's certificate is not one of the configured authority's, or for another name.</summary>
    public static readonly ErrorCode Untrusted = new("UBA-5204", ErrorKind.Precondition);

    /// <summary>401: the token or certificate is not, or no longer, accepted.</summary>
    public static readonly ErrorCode Unauthorized = new("UBA-5205", ErrorKind.Precondition);

    /// <summary>403: the agent lacks a right.</summary>
    public static readonly ErrorCode Forbidden = new("UBA-5206", ErrorKind.Precondition);

    /// <summary>404 for the kind itself: its definition is not installed.</summary>
    public static readonly ErrorCode KindMissing = new("UBA-5207", ErrorKind.Precondition);

    /// <summary>404: there is no such object.</summary>
    public static readonly ErrorCode NotFound = new("UBA-5208", ErrorKind.Precondition);

    /// <summary>409: somebody else changed the object, holds its fields, or a precondition does not hold.</summary>
    public static readonly ErrorCode Conflict = new("UBA-5209", ErrorKind.Transient);

    /// <summary>409: there is such an object already.</summary>
    public static readonly ErrorCode AlreadyExists = new("UBA-5210", ErrorKind.Precondition);

    /// <summary>410: the version to go on from is too old.</summary>
    public static readonly ErrorCode Expired = new("UBA-5211", ErrorKind.Transient);

    /// <summary>400, 422 and their kin: the server does not accept the object.</summary>
    public static readonly ErrorCode Refused = new("UBA-5212", ErrorKind.InvalidInput);

    /// <summary>429 or 5xx: the server can't serve now.</summary>
    public static readonly ErrorCode ServerBusy = new("UBA-5213", ErrorKind.Transient);

    /// <summary>The answer is larger than is read.</summary>
    public static readonly ErrorCode AnswerTooLarge = new("UBA-5214", ErrorKind.Precondition);

    /// <summary>The answer can't be understood.</summary>
    public static readonly ErrorCode AnswerUnreadable = new("UBA-5215", ErrorKind.Transient);

    /// <summary>A pod can't be evicted: a budget does not allow it.</summary>
    public static readonly ErrorCode EvictionBlocked = new("UBA-5216", ErrorKind.Transient);

    /// <summary>The node could not be drained in time: what stands in the way is named.</summary>
    public static readonly ErrorCode DrainBlocked = new("UBA-5220", ErrorKind.Transient);

    /// <summary>The node can't be drained at all: nobody is there who could, or may.</summary>
    public static readonly ErrorCode NotDrainable = new("UBA-5221", ErrorKind.Precondition);

    /// <summary>This machine has no identity of its own yet: its request for one waits for approval.</summary>
    public static readonly ErrorCode IdentityWaits = new("UBA-5217", ErrorKind.Transient);

    /// <summary>This machine's request for an identity was denied, or could not be signed.</summary>
    public static readonly ErrorCode IdentityDenied = new("UBA-5218", ErrorKind.Precondition);

    /// <summary>A machine's request for an identity may not be approved, or there is none.</summary>
    public static readonly ErrorCode NotApprovable = new("UBA-5219", ErrorKind.Precondition);
}
