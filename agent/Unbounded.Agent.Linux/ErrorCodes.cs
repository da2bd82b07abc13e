using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux;

/// <summary>The codes of this project. 20xx files and kernel calls, 21xx compression, 22xx D-Bus, 23xx the service manager, 24xx locks and watches, 26xx processes, network and swap.</summary>
public static class LinuxErrors
{
    /// <summary>The file system or the quota is full.</summary>
    public static readonly ErrorCode NoSpace = new("UBA-2001", ErrorKind.Precondition);

    /// <summary>The file system is mounted read-only.</summary>
    public static readonly ErrorCode ReadOnlyFileSystem = new("UBA-2002", ErrorKind.Precondition);

    /// <summary>The kernel denied access.</summary>
    public static readonly ErrorCode AccessDenied = new("UBA-2003", ErrorKind.Precondition);

    /// <summary>The device below a file reported an error.</summary>
    public static readonly ErrorCode DeviceFailed = new("UBA-2004", ErrorKind.Precondition);

    /// <summary>A file or directory does not exist.</summary>
    public static readonly ErrorCode NotFound = new("UBA-2005", ErrorKind.Precondition);

    /// <summary>Something is already there.</summary>
    public static readonly ErrorCode AlreadyExists = new("UBA-2006", ErrorKind.Precondition);

    /// <summary>A path holds another kind of thing than the one expected (a symbolic link, a device, a directory).</summary>
    public static readonly ErrorCode WrongFileType = new("UBA-2007", ErrorKind.InvalidInput);

    /// <summary>A file is larger than what is accepted in its place.</summary>
    public static readonly ErrorCode FileTooLarge = new("UBA-2008", ErrorKind.InvalidInput);

    /// <summary>The process or the host ran out of memory, file descriptors or similar.</summary>
    public static readonly ErrorCode ResourcesExhausted = new("UBA-2009", ErrorKind.Transient);

    /// <summary>The kernel refused a call for another reason, which the message names.</summary>
    public static readonly ErrorCode CallFailed = new("UBA-2010", ErrorKind.Internal);

    /// <summary>A path is empty, too long or holds a NUL.</summary>
    public static readonly ErrorCode InvalidPath = new("UBA-2011", ErrorKind.InvalidInput);

    /// <summary>Something is in use (a mount point, a running program).</summary>
    public static readonly ErrorCode InUse = new("UBA-2012", ErrorKind.Busy);

    /// <summary>A native library that the agent needs is missing.</summary>
    public static readonly ErrorCode LibraryMissing = new("UBA-2101", ErrorKind.Precondition);

    /// <summary>Compressed data is damaged or truncated.</summary>
    public static readonly ErrorCode CorruptData = new("UBA-2102", ErrorKind.InvalidInput);

    /// <summary>Compressed data needs more memory to decompress than is granted.</summary>
    public static readonly ErrorCode NeedsTooMuchMemory = new("UBA-2103", ErrorKind.InvalidInput);

    /// <summary>A message bus can't be reached.</summary>
    public static readonly ErrorCode BusUnavailable = new("UBA-2201", ErrorKind.Transient);

    /// <summary>A connection to a message bus ended while an answer was awaited.</summary>
    public static readonly ErrorCode BusConnectionLost = new("UBA-2202", ErrorKind.Transient);

    /// <summary>A service did not answer in time.</summary>
    public static readonly ErrorCode BusCallTimeout = new("UBA-2203", ErrorKind.Transient);

    /// <summary>A service answered with an error that has no code of its own.</summary>
    public static readonly ErrorCode BusCallFailed = new("UBA-2204", ErrorKind.Precondition);

    /// <summary>A service is not on the bus, or left it without an answer.</summary>
    public static readonly ErrorCode BusServiceUnavailable = new("UBA-2205", ErrorKind.Transient);

    /// <summary>The bus or a service denies the call.</summary>
    public static readonly ErrorCode BusAccessDenied = new("UBA-2206", ErrorKind.Precondition);

    /// <summary>A message has another shape than its interface says.</summary>
    public static readonly ErrorCode BusMessageMalformed = new("UBA-2207", ErrorKind.Internal);

    /// <summary>A name or value can't be sent over D-Bus.</summary>
    public static readonly ErrorCode BusArgumentInvalid = new("UBA-2208", ErrorKind.InvalidInput);

    /// <summary>systemd has no such unit.</summary>
    public static readonly ErrorCode NoSuchUnit = new("UBA-2210", ErrorKind.Precondition);

    /// <summary>A job of systemd ended otherwise than done.</summary>
    public static readonly ErrorCode JobFailed = new("UBA-2211", ErrorKind.Transient);

    /// <summary>machined has no such machine.</summary>
    public static readonly ErrorCode NoSuchMachine = new("UBA-2212", ErrorKind.Precondition);

    /// <summary>A machine's first process has ended, and its bus with it.</summary>
    public static readonly ErrorCode MachineEnded = new("UBA-2213", ErrorKind.Precondition);

    /// <summary>Another run of the agent holds the lock.</summary>
    public static readonly ErrorCode Locked = new("UBA-2401", ErrorKind.Busy);

    /// <summary>The kernel gives no more file watches.</summary>
    public static readonly ErrorCode NoMoreWatches = new("UBA-2402", ErrorKind.Precondition);

    /// <summary>A program could not be started.</summary>
    public static readonly ErrorCode ProcessNotStarted = new("UBA-2601", ErrorKind.Precondition);

    /// <summary>A program did not end in time and was killed.</summary>
    public static readonly ErrorCode ProcessTimedOut = new("UBA-2602", ErrorKind.Transient);

    /// <summary>The kernel refused a netlink request.</summary>
    public static readonly ErrorCode NetlinkRefused = new("UBA-2611", ErrorKind.Precondition);

    /// <summary>The kernel refused to turn swap on or off.</summary>
    public static readonly ErrorCode SwapRefused = new("UBA-2621", ErrorKind.Precondition);
}
