using System.Buffers.Binary;
using System.Security.Cryptography;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Copying;

/// <summary>
/// A digest of a tree: SHA-256 over its entries in the order of their paths' bytes, each with type, mode, owner, time, extended
/// attributes, links and content. Holes count as zeros, so that it does not depend on how a file system stores them; inode
/// numbers, access times and the sizes of directories do not count.
/// </summary>
internal sealed class TreeDigest : IDisposable
{
    /// <summary>First bytes of the digest's input, so that another form of it never gives the same digest.</summary>
    private static readonly byte[] Version = "unbounded-tree-v1\n"u8.ToArray();

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal TreeDigest() => _hash.AppendData(Version);

    /// <summary>Adds an entry.</summary>
    /// <param name="path">Its path below the root.</param>
    /// <param name="status">What it is.</param>
    /// <param name="attributes">Its extended attributes, sorted by name.</param>
    /// <param name="target">A link's target, or the first name of a file that has several.</param>
    /// <param name="content">The digest of a file's content; null where the entry has none of its own.</param>
    internal void Add(
        ReadOnlySpan<byte> path,
        FileStatus status,
        IReadOnlyList<KeyValuePair<byte[], byte[]>> attributes,
        ReadOnlySpan<byte> target,
        byte[]? content)
    {
        AddBytes(path);
        AddNumber((long)status.Type);
        AddNumber((long)status.Permissions);
        AddNumber(status.Uid);
        AddNumber(status.Gid);
        AddNumber(status.ModificationSeconds);
        AddNumber(status.ModificationNanoseconds);
        AddNumber(status.Type == FileKind.Regular ? status.Size : 0);
        AddNumber(status.SpecialDevice.Major);
        AddNumber(status.SpecialDevice.Minor);
        AddNumber(attributes.Count);
        foreach (var (name, value) in attributes)
        {
            AddBytes(name);
            AddBytes(value);
        }

        AddBytes(target);
        AddBytes(content);
    }

    internal ContentDigest Finish() => ContentDigest.FromHex(Convert.ToHexStringLower(_hash.GetHashAndReset()))!;

    public void Dispose() => _hash.Dispose();

    private void AddNumber(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _hash.AppendData(bytes);
    }

    // With its length before it: no two sequences of fields are one sequence of bytes.
    private void AddBytes(ReadOnlySpan<byte> bytes)
    {
        AddNumber(bytes.Length);
        _hash.AppendData(bytes);
    }
}
