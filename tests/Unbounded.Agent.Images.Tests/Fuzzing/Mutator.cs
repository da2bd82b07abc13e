using System.Globalization;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Fuzzing;

/// <summary>Damages archives the way that finds bugs: whole headers, fields and blocks, with checksums that fit again.</summary>
internal sealed class Mutator(int seed)
{
    /// <summary>Few, so that entries meet: replace each other, lie below each other, link to each other.</summary>
    private static readonly string[] Good = ["a", "a/b", "a/b/c", "a/b/d", "link", "link/x", "file", "./", ".wh.a", "a/.wh.b", "a/.wh..wh..opq", "link/.wh.x"];

    private static readonly string[] Names =
        ["../x", "/x", "a/../../x", "link/x", "./", "", "..", "a/b/c", ".wh.a", ".wh..wh..opq", "a/", "link", "file", new('n', 300), string.Concat(Enumerable.Repeat("d/", 300)), "\u00ff\u00fe", "a\0b"];

    private static readonly string[] Keys =
        ["path", "linkpath", "size", "uid", "mtime", "GNU.sparse.major", "GNU.sparse.minor", "GNU.sparse.map", "GNU.sparse.size", "GNU.sparse.realsize", "GNU.sparse.offset",
            "GNU.sparse.numbytes", "GNU.sparse.name", "SCHILY.xattr.user.a", "SCHILY.xattr.system.posix_acl_access", "SCHILY.acl.access", "SCHILY.acl.default", "hdrcharset"];

    private static readonly string[] Values =
        ["0", "-1", "1", "18446744073709551615", "9223372036854775807", "0,1,2", "0,100", "../x", "/etc/x", "link/x", "", "user::rwx,user:0:rwx,group::r,mask::r,other::r", "1.5", "x"];

    private readonly Random _random = new(seed);

    /// <summary>An archive of random entries over few names, so that they meet.</summary>
    internal byte[] Archive()
    {
        var archive = new TarBuilder();
        for (var i = _random.Next(1, 12); i > 0; i--)
            AddEntry(archive);
        var bytes = archive.ToArray(end: _random.Next(8) != 0);
        for (var i = _random.Next(8) - 5; i > 0; i--)
            bytes = Damage(bytes);
        return bytes;
    }

    internal byte[] Damage(byte[] archive)
    {
        var copy = (byte[])archive.Clone();
        if (copy.Length < 512)
            return copy;
        var block = _random.Next(copy.Length / 512) * 512;
        switch (_random.Next(7))
        {
            case 0:
                copy[_random.Next(copy.Length)] ^= (byte)(1 << _random.Next(8));
                return copy;
            case 1:
                return copy[.._random.Next(copy.Length)];
            case 2:
                // A block twice, or gone.
                return _random.Next(2) == 0 ? [.. copy[..block], .. copy[block..(block + 512)], .. copy[block..]] : [.. copy[..block], .. copy[(block + 512)..]];
            case 3:
                copy[block + 156] = (byte)"01234567DKLMNSVgx\0"[_random.Next(18)];
                break;
            case 4:
                // A number field of anything: large, negative, in base 256, or no number.
                var (offset, length) = Pick((100, 8), (108, 8), (116, 8), (124, 12), (136, 12), (329, 8), (337, 8), (386, 12), (398, 12), (483, 12));
                _random.NextBytes(copy.AsSpan(block + offset, length));
                if (_random.Next(2) == 0)
                    TarBuilder.Octal(copy, block + offset, length, _random.Next(4) == 0 ? 0x1ff_ffff : _random.Next(2000));
                break;
            case 5:
                copy[block + 482] ^= 1;
                break;
            default:
                _random.NextBytes(copy.AsSpan(block, _random.Next(512)));
                break;
        }

        var header = copy.AsSpan(block, 512).ToArray();
        TarBuilder.Checksum(header);
        header.CopyTo(copy, block);
        return copy;
    }

    private void AddEntry(TarBuilder archive)
    {
        if (_random.Next(10) == 0)
        {
            var records = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => (Pick(Keys), Pick(Values))).ToArray();
            _ = _random.Next(6) == 0 ? archive.GlobalPax(records) : archive.Pax(records);
        }

        if (_random.Next(40) == 0)
            archive.LongName(Pick(Names).Replace("\0", "", StringComparison.Ordinal));
        var name = _random.Next(30) == 0 ? Pick(Names) : Pick(Good);
        switch (_random.Next(9))
        {
            case 0:
                archive.SymbolicLink("link", Pick("..", "/", ".", "../outside", "a", "/etc"));
                break;
            case 1:
                archive.HardLink(Short(name), Short(_random.Next(10) == 0 ? Pick("link/secret", "../outside/secret", "/etc/passwd", name) : Pick("file", "link", "a", "a/b/c")));
                break;
            case 2:
                archive.Directory(Short(name));
                break;
            case 3:
                archive.Device("63334"[_random.Next(5)], Short(name), 1, Pick(3, 5, 7, 8, 9, 1));
                break;
            case 4:
                AddSparse(archive, Short(name));
                break;
            case 5:
                archive.SymbolicLink(Short(name), Pick("..", "/", "a", "link", "../outside/secret"));
                break;
            default:
                archive.File(Short(name), string.Create(CultureInfo.InvariantCulture, $"{new string('c', _random.Next(1500))}"));
                break;
        }
    }

    /// <summary>A sparse file of GNU's old form; its map may not fit.</summary>
    private void AddSparse(TarBuilder archive, string name)
    {
        var length = _random.Next(1, 2000);
        archive.Entry('S', name, new byte[length], magic: "ustar  \0", edit: block =>
        {
            TarBuilder.Octal(block, 386, 12, _random.Next(5000));
            TarBuilder.Octal(block, 398, 12, _random.Next(8) == 0 ? _random.Next(5000) : length);
            TarBuilder.Octal(block, 483, 12, _random.Next(8) == 0 ? _random.Next(5000) : 10_000);
        });
    }

    private static string Short(string name) => name.Length > 100 ? name[..100] : name;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
