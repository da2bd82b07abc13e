using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Cli;

/// <summary>Exit codes of every command. Stable; listed in docs/operations.md and in the manual page.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The exit code of a kind of error.</summary>
    public static int Of(ErrorKind kind) => kind switch
    {
        ErrorKind.Usage => 2,
        ErrorKind.InvalidInput => 3,
        ErrorKind.Precondition => 4,
        ErrorKind.Busy => 5,
        ErrorKind.Transient => 6,
        ErrorKind.TransitionFailed => 7,
        _ => 1,
    };
}
