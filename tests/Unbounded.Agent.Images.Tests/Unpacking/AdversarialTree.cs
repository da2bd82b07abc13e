using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Tests.Unpacking;

/// <summary>A real tree that has one of everything that unpackers get wrong.</summary>
[Flags]
public enum AdversarialTreeParts
{
    None = 0,
    Old = 1,
    Names = 2,
    Attributes = 4,
}

/// <summary>Makes the tree.</summary>
public sealed record AdversarialTree(AdversarialTreeParts Parts)
{
    public static readonly AdversarialTree Old = new(AdversarialTreeParts.Old);
    public static readonly AdversarialTree All = new(AdversarialTreeParts.Old | AdversarialTreeParts.Names | AdversarialTreeParts.Attributes);

    private const string Basics = """
        umask 0
        mkdir -p etc dir/sub/sub readonly sticky setgid dev empty
        printf 'root:x:0:0:::\ndaemon:x:1:1:::\ngames:x:5:60:::\n' > etc/passwd
        printf 'root:x:0:\nadm:x:4:\n' > etc/group
        echo content > dir/file; echo suid > dir/suid; : > dir/sub/empty
        head -c 3000000 /dev/urandom > dir/big
        for size in 511 512 513 1024 10240; do head -c $size /dev/urandom > dir/size-$size; done
        chown 12345:54321 dir/file; chown 1:2 dir/suid dir/sub; chmod 6755 dir/suid; chmod 0000 dir/sub/empty
        chmod 0555 readonly; chmod 1777 sticky; chmod 2775 setgid
        ln dir/file hard-link; ln dir/file dir/sub/another
        ln -s /etc/passwd absolute-link; ln -s ../../../../outside climbing-link; ln -s nowhere dangling-link; ln -s . self-link
        ln -s dir/sub link-to-directory; chown -h 7:8 dangling-link
        ln dangling-link hard-link-to-link
        mknod dev/null c 1 3; mknod dev/disk b 8 17; mknod dev/many c 511 1048575; mkfifo -m 640 dev/pipe
        chown 0:6 dev/disk; chmod 660 dev/disk
        echo x > readonly/inside
        touch -d '1971-12-31 23:59:58 UTC' dir/file; touch -d '2033-05-18 03:33:20 UTC' dir/suid
        touch -h -d '2001-02-03 04:05:06 UTC' absolute-link dangling-link dev/null dev/pipe
        """;

    private const string NamesAndSparse = """
        touch "$(printf 'bytes-\377\376-\200')" "$(printf 'new\nline')" "$(printf 'tab\tquote"back\\slash')" ' space ' -- -dash
        ln -s "$(printf 'target-\377')" "$(printf 'link-\377')"; ln "$(printf 'bytes-\377\376-\200')" "$(printf 'hard-\375')"
        long=$(printf 'n%.0s' $(seq 200)); mkdir -p "$long/$long"; echo long > "$long/$long/file"; ln -s "$long/$long" long-link; ln "$long/$long/file" "$long/hard"
        truncate -s 2M sparse-empty
        truncate -s 8M sparse; printf begin | dd of=sparse conv=notrunc status=none
        for i in $(seq 1 40); do printf 'data%s' $i | dd of=sparse bs=64k seek=$((i * 2)) conv=notrunc status=none; done
        truncate -s 3M sparse-end; printf end >> sparse-end
        head -c 200000 /dev/zero > zeros
        touch -d '2020-01-01 00:00:00.123456789 UTC' zeros; touch -d '1960-01-01 00:00:00.987654321 UTC' sparse
        touch -d '2500-01-01 00:00:00 UTC' sparse-end; touch -d '1969-12-31 23:59:58 UTC' dir/file
        chown 4000000:3000000000 zeros
        """;

    private const string AclsAndCapabilities = """
        mkdir -m 2750 log; setfacl -m g:adm:rx,u:1234:rwx log; setfacl -d -m g:adm:rx,u:games:rwx log
        echo x > log/inherits; setfacl -b log/inherits; mkdir log/sub; setfacl -b log/sub
        echo acl > acl; setfacl -m u:games:r,g:4:rw,m:rwx acl
        cp /bin/true capable; setcap cap_net_raw+ep capable
        touch -d '2011-01-01 00:00:00.5 UTC' log/sub log/inherits log
        """;

    internal static void Make(string root, AdversarialTree tree)
    {
        TempDirectory.Shell($"cd {root}\n{Basics}");
        if (tree.Parts.HasFlag(AdversarialTreeParts.Names))
            TempDirectory.Shell($"cd {root}\n{NamesAndSparse}");
        if (tree.Parts.HasFlag(AdversarialTreeParts.Attributes))
        {
            TempDirectory.Shell($"cd {root}\n{AclsAndCapabilities}");
            SetAttributes(root);
        }

        // Last: everything above changes the times of its directory.
        TempDirectory.Shell($"cd {root}; touch -d '2015-06-07 08:09:10 UTC' dir/sub/sub dir/sub dir readonly empty dev .");
    }

    private static void SetAttributes(string root)
    {
        using var directory = KernelFile.Open(root, OpenFlags.ReadOnly | OpenFlags.Directory);
        byte[] allBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Set("zeros", "user.every-byte", allBytes);
        Set("zeros", "user.empty", []);
        Set("zeros", "user.equals=percent%3D%25", "odd"u8.ToArray());
        Set("zeros", "user.large", new byte[3000]);
        Set("zeros", "trusted.binary", [0xff, 0x00, 0x0a, 0x3d]);
        Set("dangling-link", "trusted.on-a-link", [1, 2]);
        Set("empty", "trusted.overlay.opaque", "y"u8.ToArray());
        Set("empty", "user.directory", [0x80]);

        void Set(string name, string attribute, byte[] value) =>
            Assert.Equal(0, KernelXattr.Set(directory, TarBuilder.Latin1(name), TarBuilder.Latin1(attribute), value));
    }
}
