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
}
