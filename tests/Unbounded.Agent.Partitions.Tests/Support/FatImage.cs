using System.Buffers.Binary;
using System.Text;
using Unbounded.Agent.Linux.Tests.Blocks;

namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>
/// A real FAT file system (mkfs.vfat) in memory, read as firmware reads it: boot sector, allocation table, directories with their long names. What changes it
/// is written down sector by sector, so that a test can take every prefix of it as the disk after a power cut. Files are made, renamed and removed by mtools.
/// </summary>
internal sealed class FatImage
{
    public const int Sector = 512;
    private const int SizeKiB = 2304;
    private const int EntryBytes = 32;
    private const byte LongName = 0x0f;
    private const byte DirectoryBit = 0x10;

    private static readonly Lazy<byte[]> Formatted = new(() => OnDisk([], file =>
    {
        File.Delete(file);
        Tool.Run("mkfs.vfat", "-F", "16", "-s", "1", "-n", "BOOT", "-C", file, $"{SizeKiB}");
    }));

    private byte[] _bytes = [.. Formatted.Value];

    /// <summary>Every sector that was written, in order.</summary>
    public List<(int Index, byte[] Content)> Written { get; } = [];

    /// <summary>The disk as it is now.</summary>
    public byte[] Bytes => [.. _bytes];

    private int SectorsPerCluster => _bytes[13];

    private int Reserved => Word(14);

    private int Tables => _bytes[16];

    private int RootEntries => Word(17);

    private int TableSectors => Word(22);

    private int RootSector => Reserved + (Tables * TableSectors);

    private int DataSector => RootSector + (RootEntries * EntryBytes / Sector);

    /// <summary>Another disk altogether.</summary>
    public void Restore(byte[] bytes) => _bytes = [.. bytes];

    /// <summary>A file's content; null when there is none. Names are compared without case, as FAT does.</summary>
    public byte[]? Read(string path) => Find(path) is { } entry ? Content(entry) : null;

    /// <summary>Names in a directory.</summary>
    public IReadOnlyList<string> List(string directory) =>
        [.. Entries(Directory(directory) ?? []).Select(e => e.Name).Where(n => n is not ("." or ".."))];

    /// <summary>Overwrites the first sector of a file, as the kernel does: one sector of the disk.</summary>
    public void WriteFirstSector(string path, ReadOnlySpan<byte> content)
    {
        var entry = Find(path) ?? throw new FileNotFoundException(path);
        Assert.True(entry.Size >= Sector, $"{path} has {entry.Size} bytes");
        WriteSector(SectorOf(entry.Cluster), content.ToArray());
    }

    /// <summary>A power cut's disk, or anything else's.</summary>
    public void WriteSector(int index, byte[] content)
    {
        content.CopyTo(_bytes, index * Sector);
        Written.Add((index, content));
    }

    /// <summary>Puts a file there; it is empty between, as after a truncation.</summary>
    public void Put(string path, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        if (Find(path) is not null)
            Change(image => Copy(image, path, []));
        Change(image => Copy(image, path, bytes));
    }

    public void MakeDirectory(string path) => Change(image => Tool.Run("mmd", "-i", image, "::/" + path));

    public void Rename(string path, string name) => Change(image => Tool.Run("mren", "-i", image, "::/" + path, name));

    public void Delete(string path) => Change(image => Tool.Run("mdel", "-i", image, "::/" + path));

    private static void Copy(string image, string path, byte[] content)
    {
        var file = image + ".file";
        File.WriteAllBytes(file, content);
        Tool.Run("mcopy", "-o", "-i", image, file, "::/" + path);
    }

    private static byte[] OnDisk(byte[] bytes, Action<string> change)
    {
        using var directory = new TempDirectory();
        var file = directory.File("fat.img");
        File.WriteAllBytes(file, bytes);
        change(file);
        return File.ReadAllBytes(file);
    }

    // Content, then the allocation table, then the directory that names it.
    private void Change(Action<string> change)
    {
        var after = OnDisk(_bytes, change);
        var changed = Enumerable.Range(0, after.Length / Sector)
            .Where(i => !after.AsSpan(i * Sector, Sector).SequenceEqual(_bytes.AsSpan(i * Sector, Sector)))
            .OrderBy(i => i >= DataSector ? 0 : i < RootSector ? 1 : 2)
            .ToList();
        foreach (var index in changed)
            WriteSector(index, after.AsSpan(index * Sector, Sector).ToArray());
    }

    private Entry? Find(string path)
    {
        var at = path.LastIndexOf('/');
        var entries = Directory(at < 0 ? "" : path[..at]);
        return entries is null ? null : Entries(entries).Where(e => string.Equals(e.Name, path[(at + 1)..], StringComparison.OrdinalIgnoreCase)).Cast<Entry?>().FirstOrDefault();
    }

    private byte[]? Directory(string path) => path.Length == 0
        ? _bytes.AsSpan(RootSector * Sector, RootEntries * EntryBytes).ToArray()
        : Find(path) is { IsDirectory: true } entry ? Chain(entry.Cluster).SelectMany(Cluster).ToArray() : null;

    private byte[] Content(Entry entry) => [.. Chain(entry.Cluster).SelectMany(Cluster).Take(entry.Size)];

    private byte[] Cluster(int cluster) => _bytes.AsSpan(SectorOf(cluster) * Sector, SectorsPerCluster * Sector).ToArray();

    private IEnumerable<int> Chain(int first)
    {
        // A damaged table must not keep a test busy for ever.
        for (var (cluster, steps) = (first, 0); cluster is >= 2 and < 0xfff8 && SectorOf(cluster) * Sector < _bytes.Length && steps < 1 << 12; steps++)
        {
            yield return cluster;
            cluster = Word((Reserved * Sector) + (cluster * 2));
        }
    }

    private int SectorOf(int cluster) => DataSector + ((cluster - 2) * SectorsPerCluster);

    private int Word(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    private static IEnumerable<Entry> Entries(byte[] directory)
    {
        var name = "";
        for (var at = 0; at + EntryBytes <= directory.Length && directory[at] != 0; at += EntryBytes)
        {
            var entry = directory.AsSpan(at, EntryBytes);
            if (entry[0] == 0xe5 || (entry[11] != LongName && (entry[11] & 8) != 0))
            {
                name = "";
            }
            else if (entry[11] == LongName)
            {
                name = LongPart(entry) + name;
            }
            else
            {
                yield return new(
                    name.Length > 0 ? name : ShortName(entry),
                    BinaryPrimitives.ReadUInt16LittleEndian(entry[26..]),
                    BinaryPrimitives.ReadInt32LittleEndian(entry[28..]),
                    (entry[11] & DirectoryBit) != 0);
                name = "";
            }
        }
    }

    private static string LongPart(ReadOnlySpan<byte> entry)
    {
        var text = Encoding.Unicode.GetString([.. entry[1..11], .. entry[14..26], .. entry[28..32]]);
        return text.Split('\0')[0].TrimEnd('\uffff');
    }

    private static string ShortName(ReadOnlySpan<byte> entry)
    {
        var (name, extension) = (Encoding.ASCII.GetString(entry[..8]).TrimEnd(), Encoding.ASCII.GetString(entry[8..11]).TrimEnd());
        return extension.Length == 0 ? name : $"{name}.{extension}";
    }

    private readonly record struct Entry(string Name, int Cluster, int Size, bool IsDirectory);
}
