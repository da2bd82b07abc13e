using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>
/// Exact bytes of a configuration. They may hold tokens, so only this type carries them, and its text shows nothing but length and digest.
/// In JSON: an object with the bytes in base64 and their SHA-256; bytes that don't match it are refused.
/// </summary>
[JsonConverter(typeof(ConfigBytesJsonConverter))]
public sealed class ConfigBytes : IEquatable<ConfigBytes>
{
    private readonly byte[] _bytes;

    /// <summary>Takes a copy of the bytes.</summary>
    public ConfigBytes(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>The bytes.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Lowercase hex SHA-256 of exactly these bytes.</summary>
    public string Sha256 { get; }

    /// <inheritdoc/>
    public bool Equals(ConfigBytes? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfigBytes);

    /// <inheritdoc/>
    public override int GetHashCode() => Sha256.GetHashCode(StringComparison.Ordinal);

    /// <summary>Length and digest, never content.</summary>
    public override string ToString() => $"{_bytes.Length} bytes, sha256:{Sha256}";
}

internal sealed class ConfigBytesJsonConverter : JsonConverter<ConfigBytes>
{
    public override ConfigBytes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("base64", out var base64)
            || !document.RootElement.TryGetProperty("sha256", out var sha256)
            || base64.ValueKind != JsonValueKind.String
            || sha256.ValueKind != JsonValueKind.String
            || !base64.TryGetBytesFromBase64(out var bytes))
        {
            throw new JsonException("configuration bytes need base64 and sha256");
        }

        var result = new ConfigBytes(bytes);
        return sha256.ValueEquals(result.Sha256)
            ? result
            : throw new JsonException("configuration bytes do not match their sha256");
    }

    public override void Write(Utf8JsonWriter writer, ConfigBytes value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("sha256", value.Sha256);
        writer.WriteBase64String("base64", value.Memory.Span);
        writer.WriteEndObject();
    }
}
