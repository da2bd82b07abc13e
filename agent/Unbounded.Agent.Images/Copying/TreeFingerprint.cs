using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Copying;

/// <summary>
/// What changes when anything in a tree does: inode numbers, sizes and change times, which no program can set. Reads no content.
/// </summary>
/// <param name="Value">The fingerprint, hex.</param>
/// <param name="AllocatedBytes">What its files take on disk.</param>
/// <param name="Newest">The entry that was changed last.</param>
/// <param name="Sample">A path of some file that has data; null when there is none.</param>
internal sealed record TreeFingerprint(string Value, long AllocatedBytes, FileStatus Newest, byte[]? Sample)
{
    internal static TreeFingerprint Of(SafeFileHandle root, string pathForErrors, int deepest)
    {
        var walk = new Walk(pathForErrors, deepest);
        walk.Add(FileStatus.Get(root, pathForErrors), []);
        using var opened = TreeWalk.Open(root, "."u8, out _) ?? throw TreeWalk.Changed(pathForErrors);
        walk.Directory(opened, [], 0);
        return walk.Finish();
    }

    private sealed class Walk(string path, int deepest)
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly HashSet<((uint, uint), ulong)> _seen = [];
        private long _bytes;
        private FileStatus _newest;
        private byte[]? _sample;

        internal void Directory(SafeFileHandle directory, byte[] prefix, int depth)
        {
            foreach (var entry in TreeWalk.Entries(directory, path))
            {
                if (KernelAt.GetStatus(directory, entry.Name, out var status) != 0)
                    throw TreeWalk.Changed(path);
                var full = TreeWalk.Join(prefix, entry.Name);
                Add(status, full);
                if (status.Type != FileKind.Directory)
                    continue;
                if (depth >= deepest)
                    throw TreeWalk.TooDeep(path, full);
                using var child = TreeWalk.Open(directory, entry.Name, out var isMount);
                if (child is not null)
                    Directory(child, full, depth + 1);
                else if (!isMount)
                    throw TreeWalk.Changed(path);
            }
        }

        internal void Add(FileStatus status, byte[] full)
        {
            if (status.LinkCount == 1 || status.Type == FileKind.Directory || _seen.Add((status.Device, status.Inode)))
                _bytes += status.AllocatedBytes;
            if ((status.ChangeSeconds, status.ChangeNanoseconds).CompareTo((_newest.ChangeSeconds, _newest.ChangeNanoseconds)) > 0)
                _newest = status;
            if (_sample is null && status.Type == FileKind.Regular && status.AllocatedBytes > 0)
                _sample = full;
            Span<byte> numbers = stackalloc byte[5 * sizeof(long)];
            BinaryPrimitives.WriteUInt64LittleEndian(numbers, status.Inode);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], status.Size);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], status.ChangeSeconds);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[24..], status.ChangeNanoseconds);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[32..], full.Length);
            _hash.AppendData(numbers);
            _hash.AppendData(full);
        }

        internal TreeFingerprint Finish()
        {
            using (_hash)
                return new TreeFingerprint(Convert.ToHexStringLower(_hash.GetHashAndReset()), _bytes, _newest, _sample);
        }
    }
}
