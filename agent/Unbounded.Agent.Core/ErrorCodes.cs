using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core;

/// <summary>Error codes of Core, block 1xxx. 11xx: configuration. Each has a page in <c>docs/errors</c>.</summary>
public static class CoreErrors
{
    /// <summary>config.json is not valid: the details list every problem with its JSON path.</summary>
    public static readonly ErrorCode ConfigInvalid = new("UBA-1101", ErrorKind.InvalidInput);

    /// <summary>config.json can't be read as JSON at all: too large, empty, not UTF-8, not JSON.</summary>
    public static readonly ErrorCode ConfigUnreadable = new("UBA-1102", ErrorKind.InvalidInput);

    /// <summary>An applied config does not match its checksum sidecar.</summary>
    public static readonly ErrorCode AppliedConfigMismatch = new("UBA-1103", ErrorKind.Precondition);

    /// <summary>An applied config can't be understood.</summary>
    public static readonly ErrorCode AppliedConfigInvalid = new("UBA-1104", ErrorKind.Precondition);

    /// <summary>Applied configs of several slots without a record: which side is active is unknown.</summary>
    public static readonly ErrorCode AppliedConfigAmbiguous = new("UBA-1105", ErrorKind.Precondition);
}
