using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Compression;
using Unbounded.Agent.Partitions.Adaptive.Fetching;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>
/// Everything for a host without a network in one tar file that is not compressed: <c>index.json</c>, <c>index.json.sig</c>, and the images and block indexes that
/// the index names. Nothing is unpacked: an image is read where it is in the file.
/// </summary>
internal static class BundleSource
{
    private const string IndexName = "index.json";
    private const string SignatureName = "index.json.sig";
    private const int MostEntries = 1000;

    /// <summary>Reads a bundle's index.</summary>
    /// <param name="location">The bundle.</param>
    /// <param name="key">The public key that its index must be signed with; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">It is no bundle, or not trusted.</exception>
    public static async Task<UpdateIndex> ReadAsync(Uri location, string? key, CancellationToken cancellationToken)
    {
        var path = location.LocalPath;
        var members = await Task.Run(() => Members(path, cancellationToken), cancellationToken);
        var content = Content(path, members, IndexName, UpdateIndex.LimitBytes, cancellationToken) ?? throw Invalid(path, $"it has no {IndexName}");
        var subject = $"The index of {path}";
        if (key is not null)
        {
            var signature = Content(path, members, SignatureName, Documents.SignatureLimit, cancellationToken) ?? throw PublisherSignature.Missing(subject);
            PublisherSignature.Demand(content, signature, key, subject);
        }

        var index = UpdateIndex.Parse(location, content);
        return index with
        {
            Images = [.. index.Images.Select(i => members.ContainsKey(i.Url)
                ? i with { Url = ImageLocation.InBundle(path, i.Url).AbsoluteUri, Blocks = BlocksOf(path, members, i) }
                : throw Invalid(path, $"its index names {i.Url}, which is not in it"))],
        };
    }

    /// <summary>Opens an image of a bundle.</summary>
    /// <exception cref="AgentException">It is not in it.</exception>
    public static Stream Open(string path, string entry, CancellationToken cancellationToken) =>
        Members(path, cancellationToken).TryGetValue(entry, out var member)
            ? new LocalImage(path, cancellationToken, member.Offset, member.Length)
            : throw Invalid(path, $"{entry} is not in it any more");

    /// <summary>Parts of a file of a bundle.</summary>
    public static IRangeSource Ranges(Uri location, string path, string entry) => new LocalRanges(location, path, () =>
        Members(path, CancellationToken.None).TryGetValue(entry, out var member) ? (member.Offset, member.Length) : throw Invalid(path, $"{entry} is not in it any more"));

    // A bundle that was made of the image alone is as good as before: it is written whole.
    private static IndexBlocks? BlocksOf(string path, Dictionary<string, TarMember> members, IndexImage image) =>
        image.Blocks is { } blocks && members.ContainsKey(blocks.Url) && members.ContainsKey(blocks.Image ?? image.Url)
            ? blocks with { Url = ImageLocation.InBundle(path, blocks.Url).AbsoluteUri, Image = ImageLocation.InBundle(path, blocks.Image ?? image.Url).AbsoluteUri }
            : null;

    private static Dictionary<string, TarMember> Members(string path, CancellationToken cancellationToken)
    {
        try
        {
            var members = new Dictionary<string, TarMember>(StringComparer.Ordinal);
            foreach (var member in TarDirectory.Read(path, MostEntries, cancellationToken))
            {
                if (!members.TryAdd(member.Name, member))
                    throw Invalid(path, $"it has {member.Name} twice");
            }

            return members;
        }
        catch (AgentException e) when (e.Code == Images.ImageErrors.MalformedArchive || e.Code == Images.ImageErrors.TruncatedArchive || e.Code == Images.ImageErrors.UnknownFormat)
        {
            throw Invalid(path, e.Why, e);
        }
    }

    private static byte[]? Content(string path, Dictionary<string, TarMember> members, string name, int limit, CancellationToken stop)
    {
        if (!members.TryGetValue(name, out var member))
            return null;
        if (member.Length > limit)
            throw Invalid(path, $"{name} in it is larger than {limit} bytes");
        using ReadOnlyStream file = new LocalImage(path, stop, member.Offset, member.Length);
        var content = new byte[member.Length];
        file.ReadExactly(content);
        return content;
    }

    private static AgentException Invalid(string path, string why, Exception? inner = null) => new(
        PartitionsErrors.BundleInvalid,
        $"The bundle {path} can't be used",
        why,
        $"Make it again: tar -cf NAME.bundle.tar {IndexName} {SignatureName} IMAGE...",
        inner);
}
