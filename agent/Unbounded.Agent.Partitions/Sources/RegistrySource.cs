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
internal sealed class RegistrySource(HttpClient http, TimeProvider time)
{
    private const int MostTags = 5000;

    /// <summary>How many versions are looked at, the newest by their tags; an older one is had by its tag.</summary>
    public const int MostVersions = 64;

    /// <summary>Looks at what there is.</summary>
    /// <param name="server">The repository; with a tag or a digest, only that.</param>
    /// <param name="key">The public key that manifests must be signed with; null only for a digest.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">The registry can't be reached or refuses, or nothing that it has can be trusted.</exception>
    public async Task<UpdateIndex> ReadAsync(RegistryReference server, string? key, CancellationToken cancellationToken)
    {
        var client = new RegistryClient(http, server with { Tag = null, Digest = null }, time);
        if ((server.Digest?.ToString() ?? server.Tag) is { } one)
            return new() { Images = [await OneAsync(client, one, server.Digest, key, cancellationToken) ?? throw Invalid(client.Repository, one, "it is not there, or no system's image")] };

        var tags = (await client.TagsAsync(MostTags, cancellationToken)).Where(SystemVersion.IsValid).Order(Comparer<string>.Create(SystemVersion.Compare)).Reverse().ToList();
        var images = new List<IndexImage>();
        var notes = new List<string>();
        AgentException? refused = null;
        foreach (var tag in tags.Take(MostVersions))
        {
            try
            {
                if (await OneAsync(client, tag, digest: null, key, cancellationToken) is { } image)
                    images.Add(image);
            }
            catch (AgentException e) when (e.Code == PartitionsErrors.SignatureWrong || e.Code == PartitionsErrors.ArtifactInvalid)
            {
                // One that is not signed must not keep a host from the others that are looked at.
                refused ??= e;
                notes.Add($"{e.What}: {e.Why}");
            }
        }

        if (tags.Count > MostVersions)
            notes.Add($"only the newest {MostVersions} of {tags.Count} tags were looked at");
        return images.Count == 0 && refused is not null ? throw refused : new() { Images = images, Notes = notes };
    }

    private static async Task<IndexImage?> OneAsync(RegistryClient client, string reference, ContentDigest? digest, string? key, CancellationToken stop)
    {
        if (await client.TryManifestAsync(reference, stop) is not { } manifest || !OsArtifact.IsSystem(manifest))
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
