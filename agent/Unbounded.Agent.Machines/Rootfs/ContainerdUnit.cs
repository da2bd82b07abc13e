using System.Text;
using System.Text.RegularExpressions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>
/// What an image's own <c>containerd.service</c> does before containerd starts. The unit that containerd's authors and the distributions ship loads the
/// overlay module: a machine can't load modules, and its host has. Nothing is to run in vain while the node is down.
/// </summary>
internal static partial class ContainerdUnit
{
    private const int Limit = 64 * 1024;

    // systemd.unit(5), in the order in which systemd looks.
    private static readonly string[] Directories =
        ["/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    /// <summary>
    /// A drop-in that leaves out the unit's <c>ExecStartPre=</c>; none where there is one that does anything but load the modules of a node. First of all in
    /// its order, so that what an image's other drop-ins add stays.
    /// </summary>
    /// <param name="tryRead">Reads a file of the machine's root: path, most bytes.</param>
    public static IEnumerable<RootFile> WithoutModules(Func<string, int, byte[]?> tryRead)
    {
        if (Find(tryRead) is not { } unit)
        {
            yield break;
        }

        var commands = Encoding.UTF8.GetString(unit).Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith("ExecStartPre", StringComparison.Ordinal)).ToList();
        if (commands.Count > 0 && commands.TrueForAll(c => LoadsModules().IsMatch(c)))
        {
            yield return RootFile.Text(
                $"/etc/systemd/system/{Units.Containerd}.d/00-unbounded-modules.conf",
                "# The host has loaded the modules; a machine can't.\n[Service]\nExecStartPre=\n");
        }
    }

    // What can't be read as a unit is left as it is: a moment saved is nothing to fail for.
    private static byte[]? Find(Func<string, int, byte[]?> tryRead)
    {
        try
        {
            return Directories.Select(d => tryRead($"{d}/{Units.Containerd}", Limit)).FirstOrDefault(u => u is not null);
        }
        catch (AgentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\AExecStartPre\s*=\s*-?(/usr)?/s?bin/modprobe(\s+(-[a-z]+|overlay|br_netfilter))+\s*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoadsModules();
}
