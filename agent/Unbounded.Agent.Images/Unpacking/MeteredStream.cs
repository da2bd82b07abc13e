using System.Security.Cryptography;
using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>A stored file as it is read: its SHA-256, and how far the reading is.</summary>
/// <param name="source">The file; disposed with this stream.</param>
/// <param name="advanced">Told the bytes read so far, on the reading thread.</param>
internal sealed class MeteredStream(Stream source, Action<long>? advanced = null) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes read so far.</summary>
    internal long BytesRead { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        if (read > 0)
        {
            _hash.AppendData(buffer[..read]);
            BytesRead += read;
            advanced?.Invoke(BytesRead);
        }

        return read;
    }

    /// <summary>Reads the rest, and says the digest of all: lowercase hex.</summary>
    internal string Finish(CancellationToken cancellationToken = default)
    {
        var buffer = new byte[1 << 18];
        while (Read(buffer) > 0)
            cancellationToken.ThrowIfCancellationRequested();

        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        source.Dispose();
        base.Dispose(disposing);
    }
}
