using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>
/// A repository of a registry as a source. What a registry says of an image counts when the publisher's signature is over exactly the manifest that says it, or
/// when the settings name that manifest by its digest. Which versions there are is the registry's word: it can hold one back, but not make one up.
/// </summary>
/// <param name="http">The client.</param>
/// <param name="time">The clock.</param>
/// <param name="answered">Called as each version is looked at; null: nobody wants to know.</param>
internal sealed class RegistrySource(HttpClient http, TimeProvider time, Action? answered)
{
    private const int MostTags = 20_000;
    private const int MostNotes = 16;

    /// <summary>How many versions are offered, the newest by their tags; an older one is had by its tag. Only those that can be trusted, and are for this host, count.</summary>
    public const int MostVersions = 64;

    /// <summary>How many tags are looked at, whatever they are: each costs a request or two.</summary>
    public const int MostLooks = 512;

    /// <summary>Looks at what there is.</summary>
    /// <param name="server">The repository; with a tag or a digest, only that.</param>
    /// <param name="key">The public key that manifests must be signed with; null only for a digest.</param>
    /// <param name="isForHost">Whether an image is one that this host may take: the others are offered, too, but do not count.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">The registry can't be reached or refuses, or nothing that it has can be trusted.</exception>
    public async Task<UpdateIndex> ReadAsync(RegistryReference server, string? key, Func<IndexImage, bool> isForHost, CancellationToken cancellationToken)
    {
        var client = new RegistryClient(http, server with { Tag = null, Digest = null }, time);
        if ((server.Digest?.ToString() ?? server.Tag) is { } one)
            return new() { Images = [await OneAsync(client, one, server.Digest, key, cancellationToken) ?? throw Invalid(client.Repository, one, "it is not there, or no system's image")] };

        var there = await client.TagsAsync(MostTags, cancellationToken);
        var tags = there.Where(SystemVersion.IsValid).Order(Comparer<string>.Create(SystemVersion.Compare)).Reverse().ToList();
        var unseen = there.Where(OsArtifact.IsSignatureTag).ToHashSet(StringComparer.Ordinal);
        var (images, notes, looked, counted) = (new List<IndexImage>(), new List<string>(), 0, 0);
        AgentException? refused = null;
        foreach (var tag in tags)
        {
            // What is not signed, or for others, does not take the place of what is; but where no signature is left, nothing can follow.
            if (counted == MostVersions || looked == MostLooks || (looked >= MostVersions && unseen.Count == 0 && there.Count < MostTags))
                break;
            looked++;
            answered?.Invoke();
            try
            {
                if (await OneAsync(client, tag, digest: null, key, cancellationToken, unseen) is not { } image)
                    continue;
                images.Add(image);
                if (isForHost(image))
                    counted++;
            }
            catch (AgentException e) when (e.Code == PartitionsErrors.SignatureWrong || e.Code == PartitionsErrors.ArtifactInvalid)
            {
                refused ??= e;
                notes.Add($"{e.What}: {e.Why}");
            }
        }

        if (images.Count == 0 && refused is not null)
            throw refused;
        IEnumerable<string> said = notes.Count <= MostNotes ? notes : [.. notes.Take(MostNotes), $"{notes.Count - MostNotes} more artifacts were passed over in the same way"];
        if (looked < tags.Count)
            said = said.Append($"only the newest {looked} of {tags.Count} tags were looked at");
        if (there.Count >= MostTags)
            said = said.Append($"the repository has more than {MostTags} tags, and those after them were not listed");
        var extent = there.Count >= MostTags ? IndexExtent.Part : looked < tags.Count ? IndexExtent.Newest : IndexExtent.All;
        return new() { Images = images, Notes = [.. said], Extent = extent };
    }

    private static async Task<IndexImage?> OneAsync(RegistryClient client, string reference, ContentDigest? digest, string? key, CancellationToken stop, HashSet<string>? unseen = null)
    {
        if (await client.TryManifestAsync(reference, stop) is not { } manifest)
            return null;
        unseen?.Remove(OsArtifact.SignatureTag(manifest.Digest));
        if (!OsArtifact.IsSystem(manifest))
            return null;
        var subject = $"The artifact {reference} of {client.Repository}";
        // A pinned digest says it all, unless somebody asks for a signature as well.
        if (key is not null || digest is null)
        {
            var signature = await client.TryManifestAsync(OsArtifact.SignatureTag(manifest.Digest), stop) is { } signed ? OsArtifact.SignatureOf(signed) : null;
            PublisherSignature.Demand(manifest.Content, signature ?? throw PublisherSignature.Missing(subject), key!, subject);
        }

        var image = OsArtifact.ImageOf(manifest, client.Repository) ?? throw Invalid(client.Repository, reference, "its manifest lacks an annotation, or the layer with the image");
        try
        {
            UpdateIndex.Checked(new Uri(client.Repository.ToString()), new() { Images = [image] });
            return image;
        }
        catch (AgentException e) when (e.Code == PartitionsErrors.IndexInvalid)
        {
            throw Invalid(client.Repository, reference, e.Why, e);
        }
    }

    private static AgentException Invalid(RegistryReference repository, string reference, string why, Exception? inner = null) => new(
        PartitionsErrors.ArtifactInvalid,
        $"{reference} of {repository} can't be installed",
        why,
        "Publish it with: unbounded-agent image push",
        inner);
}
