using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.Copying;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Store;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>Node images out of the image store, which is opened when it is first needed: looking at a host must not create it.</summary>
/// <param name="root">The store's directory.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Loggers.</param>
public sealed class StoreImages(string root, TimeProvider time, ILoggerFactory loggers) : INodeImages, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private ImageStore? _store;

    /// <inheritdoc/>
    public async Task<NodeImage> EnsureAsync(string reference, IStepProgress progress, CancellationToken cancellationToken)
    {
        var store = await OpenAsync(cancellationToken);
        var image = await store.EnsureAsync(ImageReference.Parse(reference), new Forward(progress), cancellationToken);
        return new NodeImage(reference, image.Digest.ToString(), image.Root);
    }

    /// <inheritdoc/>
    public async Task KeepOnlyAsync(IReadOnlySet<string> digests, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root))
        {
            return;
        }

        var store = await OpenAsync(cancellationToken);
        foreach (var image in await store.ListAsync(cancellationToken))
        {
            if (!digests.Contains(image.Digest.ToString()))
            {
                await store.RemoveAsync(image.Digest, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long?> SizeAsync(string digest, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root) || ContentDigest.TryParse(digest) is not { } known)
        {
            return null;
        }

        return (await OpenAsync(cancellationToken)).Find(known)?.BytesOnDisk;
    }

    /// <inheritdoc/>
    public Task CopyAsync(string tree, string destination, IStepProgress progress, CancellationToken cancellationToken) =>
        TreeCopier.CopyAsync(tree, destination, done => progress.Bytes(done, total: null), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<ImageStore> OpenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _store ??= await ImageStore.OpenAsync(
                new ImageStoreOptions { Root = root }, time, loggers.CreateLogger<ImageStore>(), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed class Forward(IStepProgress progress) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value)
        {
            if (value.Stage is ImageStage.Unpacking)
            {
                progress.Bytes(value.BytesDone, value.BytesTotal);
            }
        }
    }
}
