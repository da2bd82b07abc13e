using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Oci;

/// <summary>Finds an image in an OCI image layout: by tag, digest and platform, through nested indexes.</summary>
internal sealed class OciLayout(LayoutReference reference, Platform platform)
{
    private const string TagAnnotation = "org.opencontainers.image.ref.name";
    private const int DeepestIndex = 4;
    private const int MostDescriptors = 10_000;

    /// <summary>More layers than any builder makes or overlay mounts.</summary>
    private const int MostLayers = 500;

    private readonly BlobFiles _files = new(reference.Path);
    private int _seen;

    /// <summary>The layout's files.</summary>
    internal BlobFiles Files => _files;

    /// <summary>Finds the image. Index, manifest and configuration are read and verified; layers only have to be there.</summary>
    /// <exception cref="AgentException">The layout is damaged or has no such image.</exception>
    internal OciImage Find()
    {
        if (!Directory.Exists(reference.Path))
        {
            throw new AgentException(
                ImageErrors.SourceMissing,
                $"The image {reference} was not found",
                $"{reference.Path} is no directory",
                "Copy the layout to the host, or correct the reference.");
        }

        var top = _files.ReadIndex();
        var found = new List<OciDescriptor>();
        Collect(top, found, isNamed: reference.Tag is null, isDigested: reference.Digest is null, depth: 0);
        var manifest = Choose(found);
        return Read(_files.BlobOf(manifest, "the manifest"), manifest.MediaType);
    }

    /// <summary>Gathers the manifests that the reference may mean.</summary>
    /// <param name="index">Where to look.</param>
    /// <param name="found">Where to put them.</param>
    /// <param name="isNamed">Whether the reference has no tag, or an index above has it: a tag is only given at the top.</param>
    /// <param name="isDigested">Whether the reference has no digest, or an index above has it.</param>
    /// <param name="depth">Indexes above.</param>
    private void Collect(OciIndex index, List<OciDescriptor> found, bool isNamed, bool isDigested, int depth)
    {
        if (depth > DeepestIndex)
            throw LayoutError.Invalid(reference.Path, "its indexes are nested too deeply");
        foreach (var descriptor in index.Manifests ?? throw LayoutError.Invalid(reference.Path, "an index has no manifests"))
        {
            if (descriptor is null || ++_seen > MostDescriptors)
                throw LayoutError.Invalid(reference.Path, "an index has an empty entry, or far too many");
            var named = isNamed || (depth == 0 && string.Equals(TagOf(descriptor), reference.Tag, StringComparison.Ordinal));
            var digested = isDigested || string.Equals(descriptor.Digest, reference.Digest?.ToString(), StringComparison.Ordinal);
            if (!named)
                continue;
            if (!MediaTypes.IsIndex(descriptor.MediaType))
            {
                if (digested)
                    found.Add(descriptor);
                continue;
            }

            var blob = _files.BlobOf(descriptor, "an index");
            // Searched for a digest, every index is looked into; one that is absent just does not lead there.
            if (digested || _files.Has(blob))
                Collect(_files.ReadDocument(blob, OciJson.Default.OciIndex), found, named, digested, depth + 1);
        }
    }

    private OciDescriptor Choose(List<OciDescriptor> found)
    {
        var manifests = found.DistinctBy(static d => d.Digest, StringComparer.Ordinal).ToList();
        if (manifests.Count == 0)
            throw LayoutError.NoSuchImage(reference.ToString(), "the layout's index has none of this tag or digest");
        var fitting = manifests.FindAll(m => m.Platform is { } p && Fits(p.Os, p.Architecture));
        // Without a platform the configuration says it, once the manifest is read.
        if (fitting.Count == 0)
            fitting = manifests.FindAll(static m => m.Platform is null);
        if (fitting.Count == 0)
        {
            var others = string.Join(", ", manifests.Select(static m => LayoutError.Bounded($"{m.Platform?.Os}/{m.Platform?.Architecture}")).Distinct(StringComparer.Ordinal).Take(8));
            throw LayoutError.NoSuchImage(reference.ToString(), $"it is there for {others}, not for {platform}");
        }

        if (fitting.Count == 1)
            return fitting[0];
        var tags = string.Join(", ", fitting.Select(static m => LayoutError.Bounded(TagOf(m) ?? "(none)")).Distinct(StringComparer.Ordinal).Take(8));
        throw LayoutError.NoSuchImage(reference.ToString(), $"the layout has {fitting.Count} images that fit, with the tags {tags}");
    }

    private OciImage Read(OciBlob blob, string? mediaType)
    {
        if (!MediaTypes.IsManifest(mediaType))
            throw LayoutError.Unsupported(reference.Path, "the manifest", mediaType);
        var manifest = _files.ReadDocument(blob, OciJson.Default.OciManifest);
        if (manifest.MediaType is not null && !string.Equals(manifest.MediaType, mediaType, StringComparison.Ordinal))
            throw LayoutError.Unsupported(reference.Path, "the manifest, against what its index says,", manifest.MediaType);
        if (manifest.SchemaVersion != 2)
            throw LayoutError.Unsupported(reference.Path, "the manifest", $"schema {manifest.SchemaVersion?.ToString() ?? "none"}");
        if (!MediaTypes.IsConfig(manifest.Config?.MediaType))
            throw LayoutError.Unsupported(reference.Path, "the configuration", manifest.Config?.MediaType);
        var config = _files.ReadDocument(_files.BlobOf(manifest.Config, "the configuration"), OciJson.Default.OciConfig);
        if (!Fits(config.Os, config.Architecture))
            throw LayoutError.NoSuchImage(reference.ToString(), $"it was built for {LayoutError.Bounded($"{config.Os}/{config.Architecture}")}, not for {platform}");
        return new OciImage(blob.Digest, LayersOf(manifest, config));
    }

    private List<OciBlob> LayersOf(OciManifest manifest, OciConfig config)
    {
        if (manifest.Layers is not { Count: > 0 and <= MostLayers } layers)
            throw LayoutError.Invalid(reference.Path, $"the manifest has {manifest.Layers?.Count ?? 0} layers");
        if (config.Rootfs?.DiffIds is not { } ids || ids.Count != layers.Count)
            throw LayoutError.Invalid(reference.Path, $"the configuration lists {config.Rootfs?.DiffIds?.Count ?? 0} layers, the manifest {layers.Count}");
        var blobs = new List<OciBlob>(layers.Count);
        foreach (var layer in layers)
        {
            if (!MediaTypes.IsLayer(layer?.MediaType))
                throw LayoutError.Unsupported(reference.Path, "a layer", layer?.MediaType);
            var blob = _files.BlobOf(layer, "a layer");
            if (!_files.Has(blob))
                throw LayoutError.BlobMissing(reference.Path, blob.Digest.ToString());
            blobs.Add(blob);
        }

        return blobs;
    }

    private bool Fits(string? os, string? architecture) =>
        string.Equals(os, platform.Os, StringComparison.Ordinal) && string.Equals(architecture, platform.Architecture, StringComparison.Ordinal);

    private static string? TagOf(OciDescriptor descriptor) => descriptor.Annotations?.GetValueOrDefault(TagAnnotation);
}
