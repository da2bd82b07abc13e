namespace Unbounded.Agent.Core.Errors;

/// <summary>What an error means for the caller. The front door maps each kind to one stable exit code.</summary>
public enum ErrorKind
{
    /// <summary>A fault of the agent itself. Exit code 1.</summary>
    Internal,

    /// <summary>The command line is wrong. Exit code 2.</summary>
    Usage,

    /// <summary>Input from outside is wrong: a file, a digest, an archive, a resource. Exit code 3.</summary>
    InvalidInput,

    /// <summary>The host or the cluster is not in the state that the operation needs. Exit code 4.</summary>
    Precondition,

    /// <summary>Another run holds what this one needs. Exit code 5.</summary>
    Busy,

    /// <summary>Something failed that may work on the next try. Exit code 6.</summary>
    Transient,

    /// <summary>A transition ended without its target: it was given up or rolled back. Exit code 7.</summary>
    TransitionFailed,
}
