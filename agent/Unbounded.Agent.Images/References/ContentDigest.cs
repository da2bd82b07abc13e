namespace Unbounded.Agent.Images.References;

/// <summary>A SHA-256 digest, in the form of the OCI image specification ("Digests"): <c>sha256:</c> and 64 lowercase hex digits.</summary>
public sealed record ContentDigest
{
    private const string Algorithm = "sha256";
    private const int HexLength = 64;

    private ContentDigest(string hex) => Hex = hex;

    /// <summary>The 64 hex digits.</summary>
    public string Hex { get; }

    /// <summary>Reads <c>sha256:HEX</c>; null when it is not that.</summary>
    public static ContentDigest? TryParse(string? text)
    {
        if (text is null || text.Length != Algorithm.Length + 1 + HexLength || !text.StartsWith(Algorithm + ":", StringComparison.Ordinal))
            return null;
        return FromHex(text[(Algorithm.Length + 1)..]);
    }

    /// <summary>Of 64 lowercase hex digits; null when it is not that.</summary>
    public static ContentDigest? FromHex(string hex) =>
        hex.Length == HexLength && hex.All(char.IsAsciiHexDigitLower) ? new ContentDigest(hex) : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm}:{Hex}";
}
