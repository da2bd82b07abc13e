using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Publishing;

/// <summary>
/// Publishes a version of a system as an artifact of a registry. The order is what makes it safe to break off: the blobs, then the signature, then the manifest
/// under its tag; what is there already is not sent again.
/// </summary>
/// <param name="http">The client; <see cref="RegistryAuthorization"/> below it answers a registry that asks who we are.</param>
/// <param name="time">The clock.</param>
public sealed class ImagePublisher(HttpClient http, TimeProvider time)
{
    /// <summary>Publishes an image.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="publication">What.</param>
    /// <param name="progress">Receives <c>measure</c>, <c>index</c> where one is made, and <c>send</c>, the latter with bytes.</param>
    /// <param name="cancellationToken">Stops it; run again, it goes on with what is missing.</param>
    /// <exception cref="AgentException">It is not valid, the tag holds something else, or the registry can't be reached or refuses.</exception>
    public async Task<Published> PushAsync(RegistryReference repository, Publication publication, IStepProgress progress, CancellationToken cancellationToken)
    {
        Demand(repository, publication);
        var key = publication.PrivateKey is { } file ? await PublisherSignature.KeyAsync(file, cancellationToken) : null;
        progress.Begin("measure");
        var image = await ImageMeasure.ReadAsync(publication.File, cancellationToken);
        // Away again when it is published: it is made from the image alone.
        var scratch = publication.Raw is null ? null : Directory.CreateTempSubdirectory("unbounded-index-");
        try
        {
            if (scratch is not null)
                progress.Begin("index");
            var blocks = scratch is null ? null : await PublishedBlocks.MakeAsync(publication.Raw!, image, $"{scratch.FullName}/blocks", cancellationToken);
            return await SendAsync(repository, publication, image, blocks, key, progress, cancellationToken);
        }
        finally
        {
            scratch?.Delete(recursive: true);
        }
    }

    private async Task<Published> SendAsync(
        RegistryReference repository, Publication publication, ImageMeasure image, PublishedBlocks? blocks, string? key, IStepProgress progress, CancellationToken cancellationToken)
    {
        var content = OsArtifact.Manifest(publication, image, blocks);
        var manifest = new RegistryManifest(content, ContentDigest.FromHex(Convert.ToHexStringLower(SHA256.HashData(content)))!);
        var signature = key is null ? null : OsArtifact.SignatureManifest(manifest, PublisherSignature.Sign(content, key));

        var client = new RegistryClient(http, repository with { Tag = null, Digest = null }, time);
        var tag = repository.Tag ?? OsArtifact.Tag(publication.Version, publication.Architecture);
        var there = await client.TryManifestAsync(tag, cancellationToken);
        if (there is not null && there.Digest != manifest.Digest && !publication.Replace)
        {
            throw new AgentException(
                PartitionsErrors.AlreadyPublished,
                $"{client.Repository with { Tag = tag }} is not published",
                $"another image has this tag: {there.Digest}",
                "Give the image a version of its own, or replace the other one: --replace");
        }

        progress.Begin("send");
        var upload = new BlobUpload(client, http, time);
        var sent = await FileAsync(upload, publication.File, image.File, image.FileBytes, progress, cancellationToken);
        if (blocks is not null)
        {
            await FileAsync(upload, blocks.Raw, blocks.Image, blocks.ImageBytes, progress, cancellationToken);
            await FileAsync(upload, blocks.Index, blocks.File, blocks.FileBytes, progress, cancellationToken);
        }

        using (var empty = new MemoryStream(OsArtifact.Empty))
            await upload.SendAsync(empty, OsArtifact.EmptyDigest, static _ => { }, cancellationToken);
        // Signed first: a host never sees a version that is not signed yet.
        if (signature is not null)
            await client.PutManifestAsync(signature, OsArtifact.SignatureTag(manifest.Digest), cancellationToken);
        await client.PutManifestAsync(content, tag, cancellationToken);
        return new(
            (client.Repository with { Tag = tag }).ToString(),
            (client.Repository with { Digest = manifest.Digest }).ToString(),
            image.File.ToString(),
            image.FileBytes,
            image.Content.ToString(),
            image.SizeBytes,
            signature is not null,
            sent);
    }

    private static async Task<bool> FileAsync(BlobUpload upload, string path, ContentDigest digest, long size, IStepProgress progress, CancellationToken stop)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        return await upload.SendAsync(stream, digest, bytes => progress.Bytes(bytes, size), stop);
    }

    private static void Demand(RegistryReference repository, Publication publication)
    {
        var problem = !SystemVersion.IsValid(publication.Version) ? $"'{publication.Version}' is no version"
            : publication.MinimumVersion is { } minimum && !SystemVersion.IsValid(minimum) ? $"'{minimum}' is no version"
            : !IsWord(publication.Architecture) ? $"'{publication.Architecture}' is no architecture"
            : !IsWord(publication.Channel) ? $"'{publication.Channel}' is no channel"
            : repository.Digest is not null ? "a digest can't be published to: it follows from the image"
            : repository.Tag is null && !RegistryReference.IsTag(OsArtifact.Tag(publication.Version, publication.Architecture)) ? "version and architecture together are too long for a tag"
            : null;
        if (problem is not null)
            throw new AgentException(PartitionsErrors.PublicationInvalid, $"{publication.File} is not published", problem, "Correct it and run it again");
    }

    private static bool IsWord(string text) => text.Length is > 0 and <= 64 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
