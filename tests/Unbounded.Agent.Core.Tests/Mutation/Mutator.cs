using System.Text;

namespace Unbounded.Agent.Core.Tests.Mutation;

/// <summary>Seeded changes to a text, in its bytes and in its structure. One seed always gives the same changes.</summary>
internal sealed class Mutator(int seed, params string[] dictionary)
{
    private readonly Random _random = new(seed);

    private static readonly string[] Common =
    [
        "\"", "'", "{", "}", "[", "]", ":", ",", "\n", "\r\n", "\t", "\0", "\\", "\\u0000", "\\ud800", "null", "true", "-1", "1e999", "99999999999999999999",
        "\u2028", "\ufeff", "\u202e", "ä", "😀", "/../", "//", "%", "$", "   ", "#", "---\n", "...\n", "&a ", "*a", "!!str ", "<<: ", "? ", "- ", "|\n", ">\n", "@", "`",
    ];

    /// <summary>Applies one to four changes.</summary>
    public byte[] Mutate(byte[] original)
    {
        var bytes = new List<byte>(original);
        for (var i = _random.Next(1, 5); i > 0; i--)
            Change(bytes);
        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        var length = Math.Min(_random.Next(1, 40), bytes.Count - at);
        switch (_random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 1 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.InsertRange(_random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 5:
                var line = Line(bytes, at);
                bytes.InsertRange(_random.Next(bytes.Count + 1), line);
                break;
            case 6:
                bytes.InsertRange(at, Enumerable.Repeat(Pick(), _random.Next(1, 200)).SelectMany(w => w));
                break;
            default:
                bytes.RemoveRange(at, _random.Next(2) == 0 ? length : 0);
                bytes.InsertRange(at, Pick());
                break;
        }
    }

    private byte[] Pick()
    {
        var index = _random.Next(Common.Length + dictionary.Length);
        return Encoding.UTF8.GetBytes(index < Common.Length ? Common[index] : dictionary[index - Common.Length]);
    }

    private static List<byte> Line(List<byte> bytes, int at)
    {
        var from = at == 0 ? 0 : bytes.LastIndexOf((byte)'\n', at - 1) + 1;
        var to = at >= bytes.Count ? -1 : bytes.IndexOf((byte)'\n', at);
        return bytes.GetRange(from, (to < 0 ? bytes.Count : to + 1) - from);
    }
}
