using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Partitions;

/// <summary>
/// The codes of this project. 70xx slots and devices, 71xx boot environments, 72xx writing, 73xx sources and gates, 74xx the steps of an update, 75xx block
/// indexes, 76xx one boot environment or another, 77xx publishing and what is published.
/// </summary>
public static class PartitionsErrors
{
    /// <summary>No partition has the label of a slot.</summary>
    public static readonly ErrorCode LabelMissing = new("UBA-7001", ErrorKind.Precondition);

    /// <summary>Several partitions have the label of one slot.</summary>
    public static readonly ErrorCode LabelNotUnique = new("UBA-7002", ErrorKind.Precondition);

    /// <summary>It can't be told which slot runs: the kernel command line and the mounted root do not agree, or name none.</summary>
    public static readonly ErrorCode RunningSlotUnclear = new("UBA-7003", ErrorKind.Precondition);

    /// <summary>A slot runs, or is what the host boots, and may not be written.</summary>
    public static readonly ErrorCode SlotInUse = new("UBA-7004", ErrorKind.Precondition);

    /// <summary>A slot's partition is mounted or used otherwise.</summary>
    public static readonly ErrorCode SlotMounted = new("UBA-7005", ErrorKind.Precondition);

    /// <summary>A slot's content is not complete.</summary>
    public static readonly ErrorCode SlotIncomplete = new("UBA-7006", ErrorKind.Precondition);

    /// <summary>The agent's note about a slot can't be read.</summary>
    public static readonly ErrorCode NoteUnreadable = new("UBA-7007", ErrorKind.Precondition);

    /// <summary>The boot loader's environment is missing, or damaged in both copies.</summary>
    public static readonly ErrorCode BootEnvironmentUnusable = new("UBA-7101", ErrorKind.Precondition);

    /// <summary>The variables do not fit into the one sector that is written whole.</summary>
    public static readonly ErrorCode BootEnvironmentFull = new("UBA-7102", ErrorKind.Precondition);

    /// <summary>An image is larger than the slot it is for.</summary>
    public static readonly ErrorCode ImageTooLarge = new("UBA-7201", ErrorKind.Precondition);

    /// <summary>An image has another size than was announced.</summary>
    public static readonly ErrorCode ImageSizeWrong = new("UBA-7202", ErrorKind.InvalidInput);

    /// <summary>An image has another digest than was announced.</summary>
    public static readonly ErrorCode ImageDigestWrong = new("UBA-7203", ErrorKind.InvalidInput);

    /// <summary>A slot does not hold what was written to it.</summary>
    public static readonly ErrorCode ReadBackDiffers = new("UBA-7204", ErrorKind.Precondition);

    /// <summary>A target names no partition image.</summary>
    public static readonly ErrorCode NoImage = new("UBA-7205", ErrorKind.InvalidInput);

    /// <summary>The update's settings are not valid.</summary>
    public static readonly ErrorCode SettingsInvalid = new("UBA-7301", ErrorKind.InvalidInput);

    /// <summary>The server can't be reached, is silent, or says that it can't answer now (5xx, 429).</summary>
    public static readonly ErrorCode SourceUnavailable = new("UBA-7302", ErrorKind.Transient) { IsAway = true };

    /// <summary>The index can't be understood.</summary>
    public static readonly ErrorCode IndexInvalid = new("UBA-7303", ErrorKind.InvalidInput);

    /// <summary>The index is not signed by the key that is trusted.</summary>
    public static readonly ErrorCode SignatureWrong = new("UBA-7304", ErrorKind.InvalidInput);

    /// <summary>The index has no image for this host.</summary>
    public static readonly ErrorCode NoCandidate = new("UBA-7305", ErrorKind.Precondition);

    /// <summary>A gate is closed: what would be installed may not be, or not now.</summary>
    public static readonly ErrorCode GateClosed = new("UBA-7306", ErrorKind.Precondition);

    /// <summary>A signed index is older than one that was taken before.</summary>
    public static readonly ErrorCode IndexReplayed = new("UBA-7307", ErrorKind.InvalidInput);

    /// <summary>A signed index has expired.</summary>
    public static readonly ErrorCode IndexExpired = new("UBA-7308", ErrorKind.Precondition);

    /// <summary>The server is there, and does not give the file: it may tomorrow, but nothing says so.</summary>
    public static readonly ErrorCode SourceRefuses = new("UBA-7309", ErrorKind.Transient);

    /// <summary>The step does not follow from where the update is.</summary>
    public static readonly ErrorCode StepOutOfOrder = new("UBA-7401", ErrorKind.Precondition);

    /// <summary>The running system did not prove healthy.</summary>
    public static readonly ErrorCode Unhealthy = new("UBA-7402", ErrorKind.TransitionFailed);

    /// <summary>The host could not be told to reboot.</summary>
    public static readonly ErrorCode RebootFailed = new("UBA-7403", ErrorKind.Transient);

    /// <summary>A version that was prepared is not activated: a gate was closed since.</summary>
    public static readonly ErrorCode ActivationWithheld = new("UBA-7404", ErrorKind.Precondition);

    /// <summary>A slot on trial runs that can be neither committed nor left in good order: only a reboot helps.</summary>
    public static readonly ErrorCode Stranded = new("UBA-7405", ErrorKind.Precondition);

    /// <summary>A block index is not the one that was announced, or does not belong to the image.</summary>
    public static readonly ErrorCode BlockIndexWrong = new("UBA-7501", ErrorKind.InvalidInput);

    /// <summary>A block of an image is not what its index says.</summary>
    public static readonly ErrorCode BlockWrong = new("UBA-7502", ErrorKind.InvalidInput);

    /// <summary>A server gives no parts of a file.</summary>
    public static readonly ErrorCode NoRanges = new("UBA-7503", ErrorKind.InvalidInput);

    /// <summary>An image can't be indexed.</summary>
    public static readonly ErrorCode NotIndexable = new("UBA-7504", ErrorKind.InvalidInput);

    /// <summary>A Raspberry Pi's <c>autoboot.txt</c> is missing, or names no slot.</summary>
    public static readonly ErrorCode FirmwareFileUnusable = new("UBA-7601", ErrorKind.Precondition);

    /// <summary>A boot loader's file is not exactly one sector, and so can't be changed by one write.</summary>
    public static readonly ErrorCode NotOneSector = new("UBA-7602", ErrorKind.Precondition);

    /// <summary>A boot loader that knows no incomplete slots would be told to boot one.</summary>
    public static readonly ErrorCode WouldBootIncomplete = new("UBA-7603", ErrorKind.Precondition);

    /// <summary>A host has several boot environments.</summary>
    public static readonly ErrorCode BootEnvironmentUnclear = new("UBA-7604", ErrorKind.Precondition);

    /// <summary>systemd-boot's <c>loader.conf</c> or an entry is missing, or decides for no slot.</summary>
    public static readonly ErrorCode LoaderUnusable = new("UBA-7605", ErrorKind.Precondition);

    /// <summary>An EFI variable decides what systemd-boot boots, not its file.</summary>
    public static readonly ErrorCode LoaderOverridden = new("UBA-7606", ErrorKind.Precondition);

    /// <summary>A slot's image has no kernel that systemd-boot could be given.</summary>
    public static readonly ErrorCode NoKernel = new("UBA-7607", ErrorKind.InvalidInput);

    /// <summary>What is to be published is not valid.</summary>
    public static readonly ErrorCode PublicationInvalid = new("UBA-7701", ErrorKind.InvalidInput);

    /// <summary>Another image was published under this name.</summary>
    public static readonly ErrorCode AlreadyPublished = new("UBA-7702", ErrorKind.Precondition);

    /// <summary>What a repository of a registry holds is no image that a host can update to.</summary>
    public static readonly ErrorCode ArtifactInvalid = new("UBA-7703", ErrorKind.InvalidInput);

    /// <summary>A bundle can't be used.</summary>
    public static readonly ErrorCode BundleInvalid = new("UBA-7704", ErrorKind.InvalidInput);

    /// <summary>Of an image in a file, nobody says which version it is.</summary>
    public static readonly ErrorCode VersionUnknown = new("UBA-7705", ErrorKind.InvalidInput);
}
