namespace Unbounded.Agent.Images.Archives;

/// <summary>How an archive is compressed.</summary>
internal enum ArchiveFormat
{
    /// <summary>Not at all.</summary>
    Tar,

    /// <summary>gzip, RFC 1952.</summary>
    Gzip,

    /// <summary>zstd, RFC 8878.</summary>
    Zstd,

    /// <summary>xz.</summary>
    Xz,
}
