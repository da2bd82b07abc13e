namespace Unbounded.Agent.Images.Archives;

/// <summary>One entry of an archive. Names and values are bytes, as the archive has them.</summary>
internal sealed class TarEntry
{
    /// <summary>What it is.</summary>
    internal required TarEntryType Type { get; init; }

    /// <summary>Its path, as it is in the archive.</summary>
    internal required byte[] Name { get; init; }

    /// <summary>The target of a link, as it is in the archive.</summary>
    internal byte[] LinkTarget { get; init; } = [];

    /// <summary>Permission, setuid, setgid and sticky bits.</summary>
    internal UnixFileMode Mode { get; init; }

    /// <summary>Owner.</summary>
    internal uint Uid { get; init; }

    /// <summary>Group.</summary>
    internal uint Gid { get; init; }

    /// <summary>Modification time.</summary>
    internal TarTime ModificationTime { get; init; }

    /// <summary>The file's length, holes included.</summary>
    internal long Length { get; init; }

    /// <summary>The parts of a sparse file that hold data, ascending; null when it is not sparse.</summary>
    internal IReadOnlyList<SparseSegment>? Segments { get; init; }

    /// <summary>A device's major number.</summary>
    internal uint DeviceMajor { get; init; }

    /// <summary>A device's minor number.</summary>
    internal uint DeviceMinor { get; init; }

    /// <summary>Extended attributes, in the archive's order.</summary>
    internal IReadOnlyList<KeyValuePair<byte[], byte[]>> Attributes { get; init; } = [];

    /// <summary>The access ACL as text, <c>SCHILY.acl.access</c>.</summary>
    internal byte[]? AccessAcl { get; init; }

    /// <summary>The default ACL of a directory as text, <c>SCHILY.acl.default</c>.</summary>
    internal byte[]? DefaultAcl { get; init; }
}
