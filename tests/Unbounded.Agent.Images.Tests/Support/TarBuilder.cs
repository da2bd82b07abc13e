using System.Globalization;
using System.Text;

namespace Unbounded.Agent.Images.Tests.Support;

/// <summary>Writes archives that no tool would: every field as a test wants it.</summary>
internal sealed class TarBuilder
{
    private readonly List<byte> _archive = [];

    internal static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    internal TarBuilder File(string name, string content = "", int mode = 0x1a4) => Entry('0', name, Latin1(content), mode: mode);

    internal TarBuilder Directory(string name, int mode = 0x1ed) => Entry('5', name, mode: mode);

    internal TarBuilder SymbolicLink(string name, string target) => Entry('2', name, link: target);

    internal TarBuilder HardLink(string name, string target) => Entry('1', name, link: target);

    internal TarBuilder Device(char type, string name, int major, int minor) => Entry(type, name, major: major, minor: minor);

    internal TarBuilder Pax(params (string Key, string Value)[] records) => Extended('x', records);

    internal TarBuilder GlobalPax(params (string Key, string Value)[] records) => Extended('g', records);

    internal TarBuilder LongName(string name) => Entry('L', "././@LongLink", [.. Latin1(name), 0]);

    internal TarBuilder LongLink(string target) => Entry('K', "././@LongLink", [.. Latin1(target), 0]);

    internal TarBuilder Entry(
        char type, string name, byte[]? data = null, string link = "", int mode = 0x1a4, int major = 0, int minor = 0,
        long? size = null, string magic = "ustar\00000", Action<byte[]>? edit = null, string prefix = "", int mtime = 1_000_000_000)
    {
        data ??= [];
        var block = new byte[512];
        Put(block, 0, Latin1(name));
        Octal(block, 100, 8, mode);
        Octal(block, 108, 8, 0);
        Octal(block, 116, 8, 0);
        Octal(block, 124, 12, size ?? data.Length);
        Octal(block, 136, 12, mtime);
        block[156] = (byte)type;
        Put(block, 157, Latin1(link));
        Put(block, 257, Latin1(magic));
        if (type is '3' or '4')
        {
            Octal(block, 329, 8, major);
            Octal(block, 337, 8, minor);
        }

        Put(block, 345, Latin1(prefix));
        edit?.Invoke(block);
        Checksum(block);
        _archive.AddRange(block);
        return Data(data);
    }

    /// <summary>Bytes padded to blocks.</summary>
    internal TarBuilder Data(byte[] data)
    {
        _archive.AddRange(data);
        _archive.AddRange(new byte[-data.Length & 511]);
        return this;
    }

    internal byte[] ToArray(bool end = true) => end ? [.. _archive.ToArray(), .. new byte[1024]] : _archive.ToArray();

    internal static byte[] PaxRecords(params (string Key, string Value)[] records)
    {
        using var data = new MemoryStream();
        foreach (var (key, value) in records)
        {
            var rest = key.Length + value.Length + 3;
            var length = rest;
            while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
                length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
            data.Write(Latin1($"{length} {key}={value}\n"));
        }

        return data.ToArray();
    }

    internal static void Checksum(byte[] block)
    {
        block.AsSpan(148, 8).Fill((byte)' ');
        Octal(block, 148, 7, block.Sum(static b => (long)b));
    }

    internal static void Octal(byte[] block, int offset, int length, long value) =>
        Put(block, offset, Latin1(Convert.ToString(value, 8).PadLeft(length - 1, '0')));

    internal static void Put(byte[] block, int offset, byte[] bytes) => bytes.CopyTo(block, offset);

    private TarBuilder Extended(char type, (string Key, string Value)[] records) => Entry(type, "PaxHeaders/x", PaxRecords(records));
}
