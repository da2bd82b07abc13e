using System.Text;

namespace Unbounded.Agent.Partitions.Boot.Grub;

/// <summary>
/// GRUB's environment block (GRUB manual, "Environment block"; grub-core/lib/envblk.c): 1024 bytes that begin with a signature line, then lines
/// <c>name=value</c> in which <c>\</c> and newline are escaped with <c>\</c>, and the rest filled with <c>#</c>. Immutable; unknown variables and their
/// order are kept.
/// </summary>
internal sealed class GrubEnvBlock
{
    /// <summary>Bytes of a block.</summary>
    public const int Size = 1024;

    private const byte Fill = (byte)'#';
    private static readonly byte[] Signature = "# GRUB Environment Block\n"u8.ToArray();

    private readonly IReadOnlyList<(string Name, string Value)> _variables;

    private GrubEnvBlock(IReadOnlyList<(string Name, string Value)> variables) => _variables = variables;

    /// <summary>A block without variables.</summary>
    public static GrubEnvBlock Empty { get; } = new([]);

    /// <summary>Value of a variable, null when there is none.</summary>
    public string? this[string name] => _variables.LastOrDefault(v => v.Name == name).Value;

    /// <summary>Reads a block; null when it is none, as GRUB sees it.</summary>
    public static GrubEnvBlock? TryParse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Signature.Length || !bytes.StartsWith(Signature))
            return null;
        var variables = new List<(string, string)>();
        var line = new StringBuilder();
        var (escaped, filling) = (false, false);
        foreach (var b in bytes[Signature.Length..])
        {
            // A line that begins with # is none, wherever it stands.
            filling |= b == Fill && line.Length == 0 && !escaped;
            if (!escaped && b == '\\')
            {
                escaped = true;
            }
            else if (!escaped && b == '\n')
            {
                Add(variables, line.ToString());
                line.Clear();
                filling = false;
            }
            else
            {
                escaped = false;
                if (!filling)
                    line.Append((char)b);
            }
        }

        return new(variables);
    }

    /// <summary>The block with a variable set.</summary>
    public GrubEnvBlock With(string name, string value)
    {
        var at = _variables.ToList().FindLastIndex(v => v.Name == name);
        return at < 0
            ? new([.. _variables, (name, value)])
            : new([.. _variables.Select((v, i) => i == at ? (name, value) : v)]);
    }

    /// <summary>All of its bytes; null when the variables leave no room.</summary>
    public byte[]? ToBytes()
    {
        var text = new List<byte>(Size);
        text.AddRange(Signature);
        foreach (var (name, value) in _variables)
        {
            text.AddRange(Encoding.Latin1.GetBytes(name));
            text.Add((byte)'=');
            foreach (var b in Encoding.Latin1.GetBytes(value))
            {
                if (b is (byte)'\\' or (byte)'\n')
                    text.Add((byte)'\\');
                text.Add(b);
            }

            text.Add((byte)'\n');
        }

        // GRUB itself demands room for at least one filling byte.
        if (text.Count >= Size)
            return null;
        var block = new byte[Size];
        text.CopyTo(block);
        block.AsSpan(text.Count).Fill(Fill);
        return block;
    }

    /// <summary>How many bytes signature and variables take.</summary>
    public static int Used(ReadOnlySpan<byte> block) => block.TrimEnd(Fill).Length;

    private static void Add(List<(string, string)> variables, string line)
    {
        if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            variables.Add((line[..at], line[(at + 1)..]));
    }
}
