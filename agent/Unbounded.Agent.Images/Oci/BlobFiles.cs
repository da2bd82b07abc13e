using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Oci;

/// <summary>The files of a layout's directory (image-layout.md). Nothing is believed before its digest and size fit.</summary>
internal sealed class BlobFiles(string layout)
{
    /// <summary>Largest document: containerd's and registries' own limit for manifests.</summary>
    internal const int LargestDocument = 4 << 20;

    private const int LargestLayoutFile = 4096;

    /// <summary>Reads <c>index.json</c>, after <c>oci-layout</c> said that this is a layout.</summary>
    internal OciIndex ReadIndex()
    {
        var mark = Parse(ReadFile("oci-layout", LargestLayoutFile), OciJson.Default.OciLayoutFile, "oci-layout");
        if (mark.Version is null || !mark.Version.StartsWith("1.", StringComparison.Ordinal))
            throw LayoutError.Invalid(layout, $"its version is '{LayoutError.Bounded(mark.Version ?? "none")}', not 1.x");
        return Parse(ReadFile("index.json", LargestDocument), OciJson.Default.OciIndex, "index.json");
    }

    /// <summary>Reads a document, verified.</summary>
    internal T ReadDocument<T>(OciBlob blob, JsonTypeInfo<T> type)
        where T : class
    {
        if (blob.Size > LargestDocument)
            throw LayoutError.Invalid(layout, $"the document {blob.Digest} is said to have {blob.Size} bytes");
        var bytes = ReadFile(PathOf(blob), LargestDocument, blob);
        CheckSize(blob, bytes.Length);
        var actual = ContentDigest.FromHex(Convert.ToHexStringLower(SHA256.HashData(bytes)))!;
        if (actual != blob.Digest)
            throw LayoutError.DigestMismatch(layout, blob.Digest.ToString(), actual.ToString());
        return Parse(bytes, type, blob.Digest.ToString());
    }

    /// <summary>Opens a layer; the caller verifies what it reads.</summary>
    internal FileStream OpenLayer(OciBlob blob)
    {
        var path = Path.Combine(layout, PathOf(blob));
        if (FileStatus.TryGet(path) is null)
            throw LayoutError.BlobMissing(layout, blob.Digest.ToString());
        // NonBlock: a named pipe without a writer would hold the agent forever.
        var file = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlock);
        try
        {
            var status = FileStatus.Get(file, path);
            if (status.Type != FileKind.Regular)
                throw LayoutError.Invalid(layout, $"the blob {blob.Digest} is no regular file");
            CheckSize(blob, status.Size);
            return new FileStream(file, FileAccess.Read, bufferSize: 0);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a blob is there, without reading it.</summary>
    internal bool Has(OciBlob blob) => FileStatus.TryGet(Path.Combine(layout, PathOf(blob))) is not null;

    /// <summary>The blob a descriptor stands for.</summary>
    internal OciBlob BlobOf(OciDescriptor? descriptor, string what)
    {
        var digest = ContentDigest.TryParse(descriptor?.Digest)
            ?? throw LayoutError.Invalid(layout, $"the digest '{LayoutError.Bounded(descriptor?.Digest ?? "none")}' of {what} is not sha256");
        return descriptor!.Size is >= 0 and { } size
            ? new OciBlob(digest, size)
            : throw LayoutError.Invalid(layout, $"{what} has no size");
    }

    private static string PathOf(OciBlob blob) => Path.Combine("blobs", "sha256", blob.Digest.Hex);

    private void CheckSize(OciBlob blob, long size)
    {
        if (size != blob.Size)
            throw LayoutError.Invalid(layout, $"the blob {blob.Digest} has {size} bytes instead of {blob.Size}");
    }

    private byte[] ReadFile(string name, int limit, OciBlob? blob = null)
    {
        try
        {
            return BoundedFile.Read(Path.Combine(layout, name), limit);
        }
        catch (AgentException e) when (e.Code == LinuxErrors.NotFound)
        {
            throw blob is null ? LayoutError.Invalid(layout, $"{name} is missing", e) : LayoutError.BlobMissing(layout, blob.Digest.ToString());
        }
        catch (AgentException e) when (e.Code == LinuxErrors.FileTooLarge || e.Code == LinuxErrors.WrongFileType)
        {
            throw LayoutError.Invalid(layout, $"of {name}, {e.Why}", e);
        }
    }

    private T Parse<T>(byte[] bytes, JsonTypeInfo<T> type, string name)
        where T : class
    {
        try
        {
            return StoredJson.Read(bytes, type);
        }
        catch (JsonException e)
        {
            throw LayoutError.Invalid(layout, $"{name} is not the JSON it should be: {e.Message}", e);
        }
    }
}
