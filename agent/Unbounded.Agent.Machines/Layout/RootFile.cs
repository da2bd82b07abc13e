namespace Unbounded.Agent.Machines.Layout;

/// <summary>A file that the agent puts into a machine's root.</summary>
/// <param name="Path">Absolute path inside the machine.</param>
/// <param name="Content">Text, or null for a link.</param>
/// <param name="LinkTarget">Target of a symbolic link, or null for a file.</param>
/// <param name="Mode">Permission bits of a file.</param>
public sealed record RootFile(string Path, string? Content, string? LinkTarget, UnixFileMode Mode)
{
    private const UnixFileMode Public =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>A file that everyone may read (0644).</summary>
    public static RootFile Text(string path, string content) => new(path, content, null, Public);

    /// <summary>A file with a secret (0600).</summary>
    public static RootFile Secret(string path, string content) =>
        new(path, content, null, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>A symbolic link.</summary>
    public static RootFile Link(string path, string target) => new(path, null, target, Public);

    /// <summary>A link to <c>/dev/null</c> where systemd looks for a unit: it can't be started.</summary>
    public static RootFile Mask(string unit) => Link($"/etc/systemd/system/{unit}", "/dev/null");

    /// <summary>Path only: content may be a secret.</summary>
    public override string ToString() => Path;
}
