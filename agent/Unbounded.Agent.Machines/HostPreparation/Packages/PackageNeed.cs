namespace Unbounded.Agent.Machines.HostPreparation.Packages;

/// <summary>Something that a host must have, and what brings it.</summary>
/// <param name="Paths">Any of these, on the host, is enough; a name without a slash is a library, looked for where libraries are.</param>
/// <param name="Debian">The package on Debian and its kin.</param>
/// <param name="Fedora">The package on Fedora and its kin.</param>
internal sealed record PackageNeed(IReadOnlyList<string> Paths, string Debian, string Fedora)
{
    private static readonly string[] LibraryDirectories =
    [
        "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib",
    ];

    /// <summary>Everything that running machines needs beyond a base system with systemd.</summary>
    public static IReadOnlyList<PackageNeed> All { get; } =
    [
        new(["/usr/bin/systemd-nspawn", "/bin/systemd-nspawn"], "systemd-container", "systemd-container"),
        new(["/usr/bin/dbus-daemon", "/usr/bin/dbus-broker", "/bin/dbus-daemon"], "dbus", "dbus-broker"),
        new(["libzstd.so.1"], "libzstd1", "libzstd"),
        new(["liblzma.so.5"], "liblzma5", "xz-libs"),
        new(["libssl.so.3"], "libssl3", "openssl-libs"),
    ];

    public bool IsMet(string root) => Paths.Any(p => p.Contains('/', StringComparison.Ordinal)
        ? File.Exists(Path.Join(root, p))
        : LibraryDirectories.Any(d => File.Exists(Path.Join(root, d, p))));
}
