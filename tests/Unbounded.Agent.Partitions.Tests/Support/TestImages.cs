using System.IO.Compression;
using System.Security.Cryptography;
using Unbounded.Agent.Linux.Tests.Blocks;

namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>Images with content that tells them apart.</summary>
internal static class TestImages
{
    /// <summary>The same bytes for the same number: half of them compress, half do not.</summary>
    public static byte[] Content(int number, int length)
    {
        var content = new byte[length];
        new Random(number).NextBytes(content.AsSpan(length / 2));
        content[0] = (byte)number;
        return content;
    }

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Writes an image as a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The image.</param>
    /// <param name="format"><c>raw</c>, <c>gzip</c>, <c>zstd</c> or <c>xz</c>; the latter two by the programs that are the oracle.</param>
    public static byte[] Write(string path, byte[] content, string format)
    {
        File.WriteAllBytes(path, content);
        switch (format)
        {
            case "gzip":
                using (var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest))
                    stream.Write(content);
                break;
            case "zstd":
                File.WriteAllBytes(path + ".in", content);
                Tool.Run("zstd", "-q", "-f", path + ".in", "-o", path);
                break;
            case "xz":
                File.WriteAllBytes(path + ".in", content);
                Tool.Run("xz", "-0", "-f", "-S", ".packed", path + ".in");
                File.Move(path + ".in.packed", path, overwrite: true);
                break;
        }

        return File.ReadAllBytes(path);
    }
}
