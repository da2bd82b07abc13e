using System.Diagnostics;
using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Linux.Tests.Compression;

/// <summary>Compresses with the formats' own tools and decompresses with ours.</summary>
internal static class CompressedData
{
    internal static byte[] Random(int size, int seed = 1)
    {
        // Half noise, half repetition: literals and matches both.
        var random = new Random(seed);
        var data = new byte[size];
        for (var i = 0; i < size; i++)
            data[i] = (i & 0x40) != 0 ? (byte)'a' : (byte)random.Next(256);
        return data;
    }

    internal static byte[] With(string program, byte[] data, params string[] options)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [.. options, "-c"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        using var output = new MemoryStream();
        var copy = process.StandardOutput.BaseStream.CopyToAsync(output);
        process.StandardInput.BaseStream.Write(data);
        process.StandardInput.Close();
        copy.Wait();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }

    internal static Stream Open(string format, Stream source) => format switch
    {
        "gzip" => new GzipStream(source, "the archive"),
        "zstd" => new ZstdStream(source, "the archive"),
        "xz" => new XzStream(source, "the archive"),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    internal static byte[] Compress(string format, byte[] data) => With(format, data);

    /// <summary>Decompresses with reads of a given size from a source that gives at most as many bytes as asked for in pieces.</summary>
    internal static byte[] Decompress(string format, byte[] data, int readSize = 65536, int pieceSize = int.MaxValue)
    {
        using var stream = Open(format, new PieceStream(data, pieceSize));
        using var output = new MemoryStream();
        var buffer = new byte[readSize];
        for (int read; (read = stream.Read(buffer, 0, readSize)) > 0;)
            output.Write(buffer, 0, read);
        Assert.Equal(0, stream.Read(buffer, 0, readSize));
        return output.ToArray();
    }

    private sealed class PieceStream(byte[] data, int pieceSize) : ReadOnlyStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            var length = Math.Min(Math.Min(buffer.Length, pieceSize), data.Length - _position);
            data.AsSpan(_position, length).CopyTo(buffer);
            _position += length;
            return length;
        }
    }
}
