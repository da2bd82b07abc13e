using System.Text;
using Unbounded.Agent.Linux.Tests.Blocks;

namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>Keys and signatures as a publisher makes them, with openssl.</summary>
internal static class TestKeys
{
    /// <summary>Makes a pair: <c>key</c>, and <c>pub</c> beside it.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="kind"><c>ec</c> or <c>rsa</c>.</param>
    /// <returns>Path of the private key.</returns>
    public static string Make(TempDirectory directory, string kind = "ec")
    {
        var key = directory.File("key");
        if (kind == "ec")
            Tool.Run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key);
        else
            Tool.Run("openssl", "genrsa", "-out", key, "2048");
        Tool.Run("openssl", "pkey", "-in", key, "-pubout", "-out", directory.File("pub"));
        return key;
    }

    /// <summary>A signature file.</summary>
    public static byte[] Sign(TempDirectory directory, string key, byte[] content)
    {
        File.WriteAllBytes(directory.File("signed"), content);
        Tool.Run("openssl", "dgst", "-sha256", "-sign", key, "-out", directory.File("sig"), directory.File("signed"));
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(File.ReadAllBytes(directory.File("sig"))) + "\n");
    }
}
