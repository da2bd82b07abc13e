using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Partitions.Adaptive.Planning;

/// <summary>Keeps the rates. They are only a guess at what comes: a file that is missing or damaged is as good as none.</summary>
/// <param name="store">Durable storage.</param>
/// <param name="path">The file.</param>
/// <param name="first">What is taken before anything was measured; null for the usual ones.</param>
internal sealed class RatesFile(IDurableStore store, string path, Rates? first = null)
{
    private const int LimitBytes = 64 * 1024;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// Those of images that are on this host already, in a file of their own: what a disk gives would be no guess at what a network does, and the other way round.
    /// </summary>
    public RatesFile OfThisHost() => new(store, Path.ChangeExtension(path, ".local.json"), new Rates { Fetch = new Rates().Read });

    /// <summary>The rates of last time.</summary>
    public async Task<Rates> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.ReadAsync(path, LimitBytes, cancellationToken);
            return content is not null && StoredJson.Read(content, RatesJson.Default.Rates) is { IsValid: true } rates ? rates : first ?? new();
        }
        catch (JsonException)
        {
            return first ?? new();
        }
    }

    /// <summary>Keeps them for the next time.</summary>
    public Task WriteAsync(Rates rates, CancellationToken cancellationToken) =>
        store.WriteIfChangedAsync(path, JsonSerializer.SerializeToUtf8Bytes(rates, RatesJson.Default.Rates), Mode, cancellationToken);
}

/// <summary>Source-generated serialization of rates.</summary>
[JsonSerializable(typeof(Rates))]
internal sealed partial class RatesJson : JsonSerializerContext;
