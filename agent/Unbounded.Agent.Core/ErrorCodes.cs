using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core;

/// <summary>Error codes of Core, block 1xxx. 10xx: transaction; 11xx: configuration. Each has a page in <c>docs/errors</c>.</summary>
public static class CoreErrors
{
    /// <summary>An error that nobody foresaw.</summary>
    public static readonly ErrorCode Unexpected = new("UBA-1000", ErrorKind.Internal);

    /// <summary>The update was asked to go to a phase that may not follow the present one.</summary>
    public static readonly ErrorCode PhaseIllegal = new("UBA-1001", ErrorKind.Internal);

    /// <summary>The record is not a record, or damaged.</summary>
    public static readonly ErrorCode RecordDamaged = new("UBA-1002", ErrorKind.Precondition);

    /// <summary>The record was written by a newer agent.</summary>
    public static readonly ErrorCode RecordTooNew = new("UBA-1003", ErrorKind.Precondition);

    /// <summary>The record was changed by somebody else between load and save.</summary>
    public static readonly ErrorCode RecordChanged = new("UBA-1004", ErrorKind.Busy);

    /// <summary>Without a record, applied configs do not say which side is active.</summary>
    public static readonly ErrorCode ActiveSideUnknown = new("UBA-1010", ErrorKind.Precondition);

    /// <summary>A side runs or is enabled that neither a record nor an applied config explains.</summary>
    public static readonly ErrorCode UnexplainedSide = new("UBA-1011", ErrorKind.Precondition);

    /// <summary>An applied config without the content it belongs to.</summary>
    public static readonly ErrorCode AppliedConfigWithoutSide = new("UBA-1012", ErrorKind.Precondition);

    /// <summary>There is no previous side, or it is not complete.</summary>
    public static readonly ErrorCode NothingToRollBackTo = new("UBA-1013", ErrorKind.Precondition);

    /// <summary>The active side has lost its content, and no configuration says what to install.</summary>
    public static readonly ErrorCode ActiveContentLost = new("UBA-1014", ErrorKind.Precondition);

    /// <summary>The maintenance window is not HH:MM-HH:MM.</summary>
    public static readonly ErrorCode WindowInvalid = new("UBA-1015", ErrorKind.InvalidInput);

    /// <summary>The desired configuration is that of another node.</summary>
    public static readonly ErrorCode AnotherNode = new("UBA-1016", ErrorKind.InvalidInput);

    /// <summary>The record names a slot that the backend does not have.</summary>
    public static readonly ErrorCode ForeignSlot = new("UBA-1017", ErrorKind.Precondition);

    /// <summary>The host rebooted before the commit, which is a rollback.</summary>
    public static readonly ErrorCode HostRebooted = new("UBA-1020", ErrorKind.TransitionFailed);

    /// <summary>The new side lost its right to run, or its content, before the commit.</summary>
    public static readonly ErrorCode SideLost = new("UBA-1021", ErrorKind.TransitionFailed);

    /// <summary>A transition was interrupted by crashes more often than it may be tried.</summary>
    public static readonly ErrorCode TooManyInterruptions = new("UBA-1022", ErrorKind.TransitionFailed);

    /// <summary>A committed side did not boot any more, and the boot loader fell back.</summary>
    public static readonly ErrorCode FellBack = new("UBA-1026", ErrorKind.TransitionFailed);

    /// <summary>A target was left by a rollback on request and is held.</summary>
    public static readonly ErrorCode LeftOnRequest = new("UBA-1027", ErrorKind.TransitionFailed);

    /// <summary>The verification gate did not pass, for reasons that are not the new side's.</summary>
    public static readonly ErrorCode SurroundingsFailed = new("UBA-1028", ErrorKind.Precondition);

    /// <summary>state.json can't be understood.</summary>
    public static readonly ErrorCode StateFileDamaged = new("UBA-1005", ErrorKind.Precondition);

    /// <summary>The verification gate did not pass.</summary>
    public static readonly ErrorCode GateFailed = new("UBA-1023", ErrorKind.TransitionFailed);

    /// <summary>A handover or revert did not end within its bound.</summary>
    public static readonly ErrorCode HandoverTimeout = new("UBA-1024", ErrorKind.TransitionFailed);

    /// <summary>Whether a commit took effect is not known yet.</summary>
    public static readonly ErrorCode CommitUnknown = new("UBA-1025", ErrorKind.Transient);

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
