using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>
/// Remembers the highest serial of each series of signed indexes. An old index is signed as well as the new one: whoever stands between a host and its publisher
/// could hand it out again, and with it a version that was blocked since.
/// </summary>
/// <param name="store">Durable storage.</param>
/// <param name="path">The file, on the data partition: both slots' systems know the same.</param>
/// <param name="time">The clock.</param>
internal sealed class IndexMemory(IDurableStore store, string path, TimeProvider time)
{
    private const int LimitBytes = 1 << 20;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>What the serial of an index counts in: another key, or another place, begins anew.</summary>
    /// <param name="key">The key that it is signed with, PEM; null for none.</param>
    /// <param name="place">Where it is from, without a query.</param>
    public static string? SeriesOf(string? key, string place) =>
        key is null ? null : $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Trim())))} {place}";

    /// <summary>Refuses an index that has expired, or is older than one that was taken before.</summary>
    /// <param name="index">The index, its signature verified.</param>
    /// <param name="location">Where it is from, for errors.</param>
    /// <param name="remember">Whether its serial is remembered from now on; durable when this returns. Only for who holds the lock: it reads, and then writes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">It is refused; or what is remembered can't be read or written.</exception>
    public async Task DemandAsync(UpdateIndex index, Uri location, bool remember, CancellationToken cancellationToken)
    {
        if (index.Expires is { } expires && expires <= time.GetUtcNow())
        {
            throw new AgentException(
                PartitionsErrors.IndexExpired,
                $"The index {location.GetLeftPart(UriPartial.Path)} is not taken any more",
                $"it expired at {expires.UtcDateTime:u}, and it is {time.GetUtcNow().UtcDateTime:u}",
                "Publish it anew with a later expires; or, where this is not what time it is, set the host's clock");
        }

        if (index.Series is not { } series)
            return;
        var serials = await ReadAsync(cancellationToken);
        var highest = serials.GetValueOrDefault(series);
        // One that does not count is older than all that do: the publisher began to count at some time.
        var serial = index.Serial ?? 0;
        if (serial < highest)
        {
            throw new AgentException(
                PartitionsErrors.IndexReplayed,
                $"The index {location.GetLeftPart(UriPartial.Path)} is older than one that was taken before",
                index.Serial is null ? $"it has no serial, and one with serial {highest} was seen" : $"its serial is {serial}, and one with serial {highest} was seen",
                $"See who hands out the old one; the publisher goes on counting from {highest}. If that number was a mistake, remove {path}");
        }

        if (!remember || serial == highest)
            return;
        serials[series] = serial;
        await store.WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(serials, SerialsJson.Default.DictionaryStringInt64), Mode, cancellationToken);
    }

    /// <summary>Whether there is something of it to be remembered. Changes nothing.</summary>
    /// <param name="index">The index, its signature verified.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">What is remembered can't be read.</exception>
    public async Task<bool> IsNewAsync(UpdateIndex index, CancellationToken cancellationToken) =>
        index is { Series: { } series, Serial: { } serial } && serial > (await ReadAsync(cancellationToken)).GetValueOrDefault(series);

    private async Task<Dictionary<string, long>> ReadAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(path, LimitBytes, cancellationToken) is not { } content)
            return [];
        try
        {
            return StoredJson.Read(content, SerialsJson.Default.DictionaryStringInt64);
        }
        catch (JsonException e)
        {
            throw new AgentException(
                PartitionsErrors.NoteUnreadable,
                "It is not known which index was taken last",
                $"{path}: {e.Message}",
                $"Remove {path}: the next index is then taken whatever its serial is",
                e);
        }
    }
}

/// <summary>Source-generated serialization of serials.</summary>
[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class SerialsJson : JsonSerializerContext;
