using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Images;

/// <summary>The codes of this project. 300x references, 301x archives, 302x unpacking, 304x OCI layouts, 306x the store.</summary>
public static class ImageErrors
{
    /// <summary>An image reference is not of any known form.</summary>
    public static readonly ErrorCode InvalidReference = new("UBA-3001", ErrorKind.InvalidInput);

    /// <summary>An image reference has a scheme that the agent can't fetch.</summary>
    public static readonly ErrorCode UnsupportedScheme = new("UBA-3002", ErrorKind.InvalidInput);

    /// <summary>What an image reference names is not there.</summary>
    public static readonly ErrorCode SourceMissing = new("UBA-3003", ErrorKind.Precondition);

    /// <summary>The content is not the one whose digest was asked for.</summary>
    public static readonly ErrorCode DigestMismatch = new("UBA-3004", ErrorKind.InvalidInput);

    /// <summary>A source changed while it was read.</summary>
    public static readonly ErrorCode SourceChanged = new("UBA-3005", ErrorKind.Transient);

    /// <summary>A file is no archive of a known format.</summary>
    public static readonly ErrorCode UnknownFormat = new("UBA-3010", ErrorKind.InvalidInput);

    /// <summary>An archive has a header that is damaged or contradicts itself.</summary>
    public static readonly ErrorCode MalformedArchive = new("UBA-3011", ErrorKind.InvalidInput);

    /// <summary>An archive ends too early.</summary>
    public static readonly ErrorCode TruncatedArchive = new("UBA-3012", ErrorKind.InvalidInput);

    /// <summary>An archive holds a kind of entry that can't be unpacked.</summary>
    public static readonly ErrorCode UnsupportedEntry = new("UBA-3013", ErrorKind.InvalidInput);

    /// <summary>An entry's name would leave the root, or is no name.</summary>
    public static readonly ErrorCode UnsafeName = new("UBA-3020", ErrorKind.InvalidInput);

    /// <summary>An entry's path goes through something that is no directory of the archive's own.</summary>
    public static readonly ErrorCode UnsafePath = new("UBA-3021", ErrorKind.InvalidInput);

    /// <summary>A hard link's target would leave the root, or is not there.</summary>
    public static readonly ErrorCode UnsafeLink = new("UBA-3022", ErrorKind.InvalidInput);

    /// <summary>A device node where none is allowed.</summary>
    public static readonly ErrorCode DeviceNotAllowed = new("UBA-3023", ErrorKind.InvalidInput);

    /// <summary>More entries than accepted.</summary>
    public static readonly ErrorCode TooManyEntries = new("UBA-3024", ErrorKind.InvalidInput);

    /// <summary>More unpacked bytes than accepted.</summary>
    public static readonly ErrorCode TooManyBytes = new("UBA-3025", ErrorKind.InvalidInput);

    /// <summary>A path that is longer or deeper than accepted.</summary>
    public static readonly ErrorCode PathTooLong = new("UBA-3026", ErrorKind.InvalidInput);

    /// <summary>More or larger extended attributes than accepted.</summary>
    public static readonly ErrorCode AttributesTooLarge = new("UBA-3027", ErrorKind.InvalidInput);

    /// <summary>A sparse file that pretends to be larger than accepted.</summary>
    public static readonly ErrorCode FileTooLarge = new("UBA-3028", ErrorKind.InvalidInput);

    /// <summary>An extended attribute that the file system does not take.</summary>
    public static readonly ErrorCode AttributeRefused = new("UBA-3029", ErrorKind.Precondition);

    /// <summary>An entry is in the way of another one.</summary>
    public static readonly ErrorCode EntryConflict = new("UBA-3030", ErrorKind.InvalidInput);

    /// <summary>An access control list that can't be understood.</summary>
    public static readonly ErrorCode InvalidAcl = new("UBA-3031", ErrorKind.InvalidInput);

    /// <summary>A directory is no OCI image layout, or one of its documents is damaged.</summary>
    public static readonly ErrorCode InvalidLayout = new("UBA-3040", ErrorKind.InvalidInput);

    /// <summary>A blob that a layout names is not there.</summary>
    public static readonly ErrorCode BlobMissing = new("UBA-3041", ErrorKind.InvalidInput);

    /// <summary>A layout has no image of the tag, digest or platform asked for, or more than one.</summary>
    public static readonly ErrorCode NoSuchImage = new("UBA-3042", ErrorKind.InvalidInput);

    /// <summary>A manifest or layer is of a kind that the agent does not know.</summary>
    public static readonly ErrorCode UnsupportedMediaType = new("UBA-3043", ErrorKind.InvalidInput);

    /// <summary>A whiteout entry that names nothing it could hide.</summary>
    public static readonly ErrorCode InvalidWhiteout = new("UBA-3044", ErrorKind.InvalidInput);

    /// <summary>The store's file system has no room for an image.</summary>
    public static readonly ErrorCode StoreFull = new("UBA-3060", ErrorKind.Precondition);

    /// <summary>An image can't be removed while a mount uses it.</summary>
    public static readonly ErrorCode ImageInUse = new("UBA-3061", ErrorKind.Busy);

    /// <summary>The store does not give back what was just written to it.</summary>
    public static readonly ErrorCode StoreDamaged = new("UBA-3062", ErrorKind.Precondition);

    /// <summary>A text names nothing in a registry.</summary>
    public static readonly ErrorCode RegistryReferenceInvalid = new("UBA-3070", ErrorKind.InvalidInput);

    /// <summary>A registry can't be reached, is silent, or says that it can't answer now (5xx, 429).</summary>
    public static readonly ErrorCode RegistryUnavailable = new("UBA-3071", ErrorKind.Transient) { IsAway = true };

    /// <summary>A registry does not let us.</summary>
    public static readonly ErrorCode RegistryDenied = new("UBA-3072", ErrorKind.Precondition);

    /// <summary>What a registry answers can't be used.</summary>
    public static readonly ErrorCode RegistryAnswerInvalid = new("UBA-3073", ErrorKind.InvalidInput);

    /// <summary>A catalog can't be understood.</summary>
    public static readonly ErrorCode CatalogInvalid = new("UBA-3074", ErrorKind.InvalidInput);

    /// <summary>A registry is there, and does not take a request: it may tomorrow, but nothing says so.</summary>
    public static readonly ErrorCode RegistryRefuses = new("UBA-3075", ErrorKind.Transient);
}
