using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Tests.Support;

/// <summary>Everything that can be said of every entry of a tree, one line each, so that two trees can be compared.</summary>
internal static class TreeListing
{
    internal static SortedDictionary<string, string> Of(string root)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var firstNames = new Dictionary<ulong, string>();
        using var parent = KernelFile.Open(root, OpenFlags.ReadOnly | OpenFlags.Directory);
        Add(parent, "."u8.ToArray(), ".", lines, firstNames);
        return lines;
    }

    /// <summary>Fails with the lines that differ.</summary>
    internal static void AssertEqual(string expectedRoot, string actualRoot)
    {
        var expected = Of(expectedRoot);
        var actual = Of(actualRoot);
        var differences = expected.Keys.Union(actual.Keys)
            .Where(k => !string.Equals(expected.GetValueOrDefault(k), actual.GetValueOrDefault(k), StringComparison.Ordinal))
            .Select(k => $"{k}\n  expected {expected.GetValueOrDefault(k, "nothing")}\n  actual   {actual.GetValueOrDefault(k, "nothing")}")
            .Take(20)
            .ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.NotEmpty(expected);
    }

    private static void Add(
        SafeFileHandle directory, byte[] name, string path, SortedDictionary<string, string> lines, Dictionary<ulong, string> firstNames)
    {
        Assert.Equal(0, KernelAt.GetStatus(directory, name, out var status));
        var line = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Type} {Convert.ToString((int)status.Permissions, 8)} {status.Uid}:{status.Gid} {status.ModificationSeconds}.{status.ModificationNanoseconds:d9} links={(status.Type == FileKind.Directory ? 0 : status.LinkCount)}"));
        if (status.Type is FileKind.CharacterDevice or FileKind.BlockDevice)
            line.Append(CultureInfo.InvariantCulture, $" device={status.SpecialDevice}");
        if (status.Type != FileKind.Directory && status.LinkCount > 1)
            line.Append(" same-as=").Append(firstNames.TryGetValue(status.Inode, out var first) ? first : firstNames[status.Inode] = path);
        Assert.Equal(0, KernelXattr.GetAll(directory, name, out var attributes));
        foreach (var (key, value) in attributes)
            line.Append(CultureInfo.InvariantCulture, $" {Encoding.Latin1.GetString(key)}={Convert.ToHexString(value)}");
        switch (status.Type)
        {
            case FileKind.Regular:
                line.Append(CultureInfo.InvariantCulture, $" size={status.Size} {Content(directory, name, status.Size)}");
                break;
            case FileKind.SymbolicLink:
                Assert.Equal(0, KernelAt.ReadLink(directory, name, out var target));
                line.Append(" -> ").Append(Encoding.Latin1.GetString(target));
                break;
        }

        lines.Add(path, line.ToString());
        if (status.Type != FileKind.Directory)
            return;
        Assert.Equal(0, KernelAt.Open(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory, UnixFileMode.None, PathResolution.NoSymbolicLinks, out var opened));
        using (opened)
        {
            // Sorted: the first name of a hard link must not depend on the directory's order.
            foreach (var entry in DirectoryReader.Read(opened!, path).OrderBy(e => Encoding.Latin1.GetString(e.Name), StringComparer.Ordinal))
                Add(opened!, entry.Name, path + "/" + Encoding.Latin1.GetString(entry.Name), lines, firstNames);
        }
    }

    private static string Content(SafeFileHandle directory, byte[] name, long size)
    {
        Assert.Equal(0, KernelAt.Open(directory, name, OpenFlags.ReadOnly, UnixFileMode.None, PathResolution.NoSymbolicLinks, out var file));
        using (file)
        {
            var extents = new StringBuilder();
            for (long at = 0; at < size && KernelData.NextExtent(file!, at, out var start, out var end) == 0; at = end)
                extents.Append(CultureInfo.InvariantCulture, $"[{start}-{end}]");
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            // A sparse file's data only: the holes are in the extents.
            var buffer = new byte[1 << 16];
            for (long at = 0; at < Math.Min(size, 1L << 30);)
            {
                var read = RandomAccess.Read(file!, buffer, at);
                hash.AppendData(buffer, 0, read);
                at += read;
            }

            return $"{extents} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
        }
    }
}
