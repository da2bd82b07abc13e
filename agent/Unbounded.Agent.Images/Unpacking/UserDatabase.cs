using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>The users and groups of an image, from its own <c>/etc/passwd</c> and <c>/etc/group</c>: the host's are other people.</summary>
/// <param name="users">Ids of users.</param>
/// <param name="groups">Ids of groups.</param>
internal sealed class UserDatabase(IReadOnlyDictionary<string, uint> users, IReadOnlyDictionary<string, uint> groups)
{
    private const int LargestFile = 1 << 20;

    /// <summary>One that knows root alone.</summary>
    internal static UserDatabase Empty => new(new Dictionary<string, uint>(), new Dictionary<string, uint>());

    internal uint? UserId(string name) => Find(users, name);

    internal uint? GroupId(string name) => Find(groups, name);

    internal static UserDatabase Read(DirectoryCache directories)
    {
        if (directories.TryOpen("etc"u8, out var etc) != 0)
            return Empty;
        using (etc)
            return new UserDatabase(Read(etc!, "passwd"), Read(etc!, "group"));
    }

    private static Dictionary<string, uint> Read(SafeFileHandle etc, string file)
    {
        var ids = new Dictionary<string, uint>(StringComparer.Ordinal);
        var flags = OpenFlags.ReadOnly | OpenFlags.NonBlock;
        if (KernelAt.Open(etc, Encoding.ASCII.GetBytes(file), flags, UnixFileMode.None, PathResolution.Beneath | PathResolution.NoSymbolicLinks, out var opened) != 0)
            return ids;
        using (opened)
        {
            if (FileStatus.Get(opened!, file).Type != FileKind.Regular)
                return ids;
            var content = new byte[LargestFile];
            var length = 0;
            for (int read; length < content.Length && (read = KernelFile.Read(opened!, content.AsSpan(length), file)) > 0;)
                length += read;
            foreach (var line in Encoding.UTF8.GetString(content, 0, length).Split('\n'))
            {
                // name:password:number:..., passwd(5) and group(5).
                var fields = line.Split(':');
                if (fields.Length >= 3 && uint.TryParse(fields[2], out var id))
                    ids.TryAdd(fields[0], id);
            }
        }

        return ids;
    }

    /// <summary>root is 0 also in an image that has no database.</summary>
    private static uint? Find(IReadOnlyDictionary<string, uint> ids, string name) =>
        ids.TryGetValue(name, out var id) ? id : string.Equals(name, "root", StringComparison.Ordinal) ? 0u : null;
}
