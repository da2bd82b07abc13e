using System.Security.Cryptography;
using System.Text;

namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>What goes into a file: bytes in memory, or a copy of a file outside of any root prefix (the agent's own executable).</summary>
public sealed class HostContent
{
    private readonly byte[]? _bytes;

    private HostContent(byte[]? bytes, string? sourcePath)
    {
        _bytes = bytes;
        SourcePath = sourcePath;
    }

    /// <summary>The file to copy, null for bytes.</summary>
    public string? SourcePath { get; }

    /// <summary>Bytes.</summary>
    public static HostContent Of(ReadOnlySpan<byte> bytes) => new(bytes.ToArray(), null);

    /// <summary>Text as UTF-8.</summary>
    public static HostContent Of(string text) => new(Encoding.UTF8.GetBytes(text), null);

    /// <summary>A copy of a file.</summary>
    public static HostContent CopyOf(string sourcePath) => new(null, sourcePath);

    /// <summary>A stream over the content.</summary>
    public Stream Open() => _bytes is null ? File.OpenRead(SourcePath!) : new MemoryStream(_bytes, writable: false);

    /// <summary>Lowercase hex SHA-256 of the content.</summary>
    public async Task<string> DigestAsync(CancellationToken cancellationToken)
    {
        await using var stream = Open();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}
