using System.Diagnostics;

namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>What of a test host lies on this machine, on a real file system: its D-Bus socket, its /var/lib, a shared directory.</summary>
public sealed class HostDirectory
{
    private HostDirectory(string root) => Root = root;

    /// <summary>Where all of them lie.</summary>
    public static string Parent { get; } = Path.Combine(TestHostPaths.State, "hosts");

    /// <summary>This host's own directory.</summary>
    public string Root { get; }

    /// <summary>The host's /run/dbus.</summary>
    public string Bus => Path.Combine(Root, "dbus");

    /// <summary>The host's /var/lib, which is no overlay.</summary>
    public string VarLib => Path.Combine(Root, "var-lib");

    /// <summary>The host's /share: files that a test and its host exchange.</summary>
    public string Share => Path.Combine(Root, "share");

    /// <summary>Makes the directories, owner first, so that a sweep never sees them without one for long.</summary>
    public static HostDirectory Create(string name)
    {
        var directory = new HostDirectory(Path.Combine(Parent, name));
        Directory.CreateDirectory(directory.Root);
        File.WriteAllText(Path.Combine(directory.Root, Leftovers.OwnerFile), Owner.Current.ToString());
        foreach (var part in new[] { directory.Bus, directory.VarLib, directory.Share })
            Directory.CreateDirectory(part);
        return directory;
    }

    /// <summary>Takes the last boot's sockets away: a stale one would look like a host that is up.</summary>
    public void ClearBus()
    {
        foreach (var entry in new DirectoryInfo(Bus).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo directory)
                directory.Delete(recursive: true);
            else
                entry.Delete();
        }
    }

    /// <summary>Deletes everything.</summary>
    public Task DeleteAsync() => DeleteTreeAsync(Root, CancellationToken.None);

    // rm, not Directory.Delete: unpacked images hold names that are not UTF-8, which no .NET string can carry
    internal static async Task DeleteTreeAsync(string directory, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo("rm", ["-rf", "--one-file-system", "--", directory]))!;
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new IOException($"{directory} can't be deleted (rm: exit code {process.ExitCode}).");
    }
}
