namespace Unbounded.Agent.Linux.Kernel;

/// <summary>How openat2(2) walks a path.</summary>
[Flags]
public enum PathResolution
{
    /// <summary>As open(2) does.</summary>
    None = 0,

    /// <summary>RESOLVE_NO_XDEV: no mount point may be crossed.</summary>
    NoMountCrossing = 0x01,

    /// <summary>RESOLVE_NO_MAGICLINKS: no links of /proc.</summary>
    NoMagicLinks = 0x02,

    /// <summary>RESOLVE_NO_SYMLINKS: no symbolic link in any component.</summary>
    NoSymbolicLinks = 0x04,

    /// <summary>RESOLVE_BENEATH: an absolute path, or one that climbs above the directory, fails.</summary>
    Beneath = 0x08,

    /// <summary>RESOLVE_IN_ROOT: the directory is the root for absolute links and <c>..</c>, as in a chroot.</summary>
    InRoot = 0x10,
}
