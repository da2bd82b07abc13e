using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Store;

/// <summary>
/// Keeps each image unpacked once, under its digest. An image is in the store when it is whole and durable, and never before:
/// whatever is interrupted, at whatever byte, leaves the store as it was. Several processes may use one store.
/// </summary>
public sealed partial class ImageStore
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ImageStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ImageStore> _logger;
    private readonly StorePaths _paths;
    private readonly KnownSources _sources;
    private readonly StoreSweeper _sweeper;
    private readonly SingleFlight _flights = new();

    private ImageStore(ImageStoreOptions options, TimeProvider time, ILogger<ImageStore> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _paths = new StorePaths(Path.GetFullPath(options.Root));
        _sources = new KnownSources(_paths);
        _sweeper = new StoreSweeper(_paths);
    }

    /// <summary>Opens a store, creates it where it is missing, and removes what crashes left in it.</summary>
    /// <param name="options">Where it is and what it takes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what is stored, removed and swept.</param>
    /// <param name="cancellationToken">Stops it between two removals.</param>
    /// <exception cref="AgentException">The directory can't be used.</exception>
    public static async Task<ImageStore> OpenAsync(
        ImageStoreOptions options, TimeProvider time, ILogger<ImageStore> logger, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = new ImageStore(options, time, logger);
        // Nobody else may come in: images have setuid programs of versions that were updated long ago.
        DurableDirectory.Create(store._paths.Root, Private);
        DurableDirectory.Create(store._paths.Images, Private);
        DurableDirectory.Create(store._paths.Work, Private);
        DurableDirectory.Create(store._paths.Trash, Private);
        DurableDirectory.Create(store._paths.Sources, Private);
        var removed = await store._sweeper.SweepAsync(store.LogIncomplete, cancellationToken);
        store._sources.Sweep(digest => store.Find(digest) is not null);
        if (removed > 0)
            store.LogSwept(removed, options.Root);
        return store;
    }

    /// <summary>
    /// An image that is stored, or is stored now. Callers who want the same one at the same time wait for one run. One that is
    /// stored already costs the look at its source, or nothing of it where the reference has its digest.
    /// </summary>
    /// <param name="reference">The image.</param>
    /// <param name="progress">Told how far it is, on other threads.</param>
    /// <param name="cancellationToken">Stops it at any byte; what was written is removed before the task ends.</param>
    /// <exception cref="AgentException">The source is missing, damaged, refused or not the one asked for, or the store is full.</exception>
    public async Task<StoredImage> EnsureAsync(
        ImageReference reference, IProgress<ImageProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Digest is { } digest && Find(digest) is { } stored)
            return stored;
        return await _flights.RunAsync(
            reference.ToString(), (listeners, stop) => EnsureOnceAsync(reference, listeners, stop), progress, cancellationToken);
    }

    /// <summary>A stored image; null when it is not stored. Reads one small file.</summary>
    /// <exception cref="AgentException">The store can't be read.</exception>
    public StoredImage? Find(ContentDigest digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        var directory = _paths.Image(digest);
        return ImageMark.TryRead(directory, digest)?.ToStored(digest, directory);
    }

    /// <summary>All stored images, the oldest first.</summary>
    /// <exception cref="AgentException">The store can't be read.</exception>
    public Task<IReadOnlyList<StoredImage>> ListAsync(CancellationToken cancellationToken = default) => Task.Run<IReadOnlyList<StoredImage>>(
        () => Directory.EnumerateDirectories(_paths.Images)
            .Select(StorePaths.DigestOf)
            .Select(digest => digest is null ? null : Find(digest))
            .OfType<StoredImage>()
            .OrderBy(static image => image.StoredAt)
            .ThenBy(static image => image.Digest.Hex, StringComparer.Ordinal)
            .ToList(),
        cancellationToken);

    /// <summary>What the store takes and has left.</summary>
    /// <exception cref="AgentException">The store can't be read.</exception>
    public async Task<StoreUsage> UsageAsync(CancellationToken cancellationToken = default)
    {
        var images = await ListAsync(cancellationToken);
        var free = FileSystemUsage.Of(_paths.Root);
        return new StoreUsage(images.Count, images.Sum(static i => i.BytesOnDisk), free.AvailableBytes, free.AvailableInodes);
    }

    /// <summary>
    /// Removes an image. It is gone for every caller at once; deleting its files takes longer and is ended by the next opening when
    /// it is interrupted.
    /// </summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="AgentException">A mount uses it, or it can't be deleted.</exception>
    public async Task<bool> RemoveAsync(ContentDigest digest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(digest);
        var directory = _paths.Image(digest);
        if (!Directory.Exists(directory))
            return false;
        if (StoreMounts.UserOf(directory) is { } user)
        {
            throw new AgentException(
                ImageErrors.ImageInUse, $"The image {digest} was not removed", $"it is mounted at {user}", "Release the slot that uses it first.");
        }

        var trash = await _sweeper.MoveToTrashAsync(directory, cancellationToken);
        LogRemoved(digest);
        await FileTree.DeleteAsync(trash, cancellationToken);
        return true;
    }

    private async Task<StoredImage> EnsureOnceAsync(ImageReference reference, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        var source = Open(reference);
        if (await IdentifyAsync(reference, source, progress, cancellationToken) is { } digest)
        {
            if (reference is not LayoutReference && reference.Digest is not null && digest != reference.Digest)
                throw ArchiveSource.DigestMismatch(reference, digest);
            if (Find(digest) is { } stored)
                return stored;
        }

        var image = await StoreAsync(reference, source, progress, cancellationToken);
        if (source.Identity is { } identity)
            await _sources.RememberAsync(KeyOf(reference), identity, image.Digest, cancellationToken);
        progress.Report(new ImageProgress(ImageStage.Stored, source.SourceBytes ?? 0, source.SourceBytes));
        return image;
    }

    private IImageSource Open(ImageReference reference) => reference switch
    {
        ArchiveReference archive => new ArchiveSource(archive, _options.Unpack, _time),
        DirectoryReference directory => new DirectorySource(directory, _options.Unpack, _time),
        LayoutReference layout => new LayoutSource(layout, _options.Unpack, _options.Platform),
        _ => throw new ArgumentOutOfRangeException(nameof(reference)),
    };

    /// <summary>The digest of a source, where that costs less than storing it.</summary>
    private async Task<ContentDigest?> IdentifyAsync(
        ImageReference reference, IImageSource source, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        if (source.KnownDigest is { } known)
            return known;
        if (source.Identity is { } identity && _sources.Find(KeyOf(reference), identity) is { } remembered)
            return remembered;
        // Reading it all pays only when it may be stored already: when some stored image was of its size.
        var images = Directory.EnumerateDirectories(_paths.Images);
        if (!images.Any(d => StorePaths.DigestOf(d) is { } digest && ImageMark.TryRead(d, digest)?.SourceBytes == source.SourceBytes))
            return null;
        var computed = await source.ComputeDigestAsync(
            done => progress.Report(new ImageProgress(ImageStage.Identifying, done, source.SourceBytes)), cancellationToken);
        if (computed is not null && Find(computed) is not null && source.Identity is { } settled)
            await _sources.RememberAsync(KeyOf(reference), settled, computed, cancellationToken);
        return computed;
    }

    private async Task<StoredImage> StoreAsync(
        ImageReference reference, IImageSource source, IProgress<ImageProgress> progress, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        CheckSpace(reference, source);
        try
        {
            await using var workspace = Workspace.Create(_paths);
            var meter = new ProgressMeter(progress, source.SourceBytes);
            var (digest, result) = await Task.Run(() => source.Write(workspace.Root, meter.Advance, cancellationToken), cancellationToken);
            progress.Report(new ImageProgress(ImageStage.Syncing, source.SourceBytes ?? 0, source.SourceBytes));
            await DurableDirectory.SyncFileSystemAsync(workspace.Root, cancellationToken);
            var size = await Task.Run(() => FileTree.Measure(workspace.Root, cancellationToken), cancellationToken);
            var mark = new ImageMark(
                digest.ToString(), reference.ToString(), size.BytesOnDisk, result.Entries, source.SourceBytes ?? -1, _time.GetUtcNow());
            // Law: the mark only once the data is durable; and the place only with the mark.
            await mark.WriteAsync(workspace.Directory, cancellationToken);
            var image = await PlaceAsync(workspace, digest, cancellationToken);
            var elapsed = _time.GetElapsedTime(started);
            LogStored(reference, digest, image.Entries, image.BytesOnDisk, elapsed);
            return image;
        }
        catch (AgentException e) when (e.Code == LinuxErrors.NoSpace)
        {
            var free = FileSystemUsage.Of(_paths.Root);
            throw StoreFull(reference, $"the file system of {_paths.Root} became full; {free.AvailableBytes} bytes and {free.AvailableInodes} inodes are free again", e);
        }
    }

    private async Task<StoredImage> PlaceAsync(Workspace workspace, ContentDigest digest, CancellationToken cancellationToken)
    {
        var place = _paths.Image(digest);
        if (Directory.Exists(place) && Find(digest) is null)
        {
            LogIncomplete(place);
            await FileTree.DeleteAsync(await _sweeper.MoveToTrashAsync(place, cancellationToken), cancellationToken);
        }

        try
        {
            await workspace.MoveToAsync(place, cancellationToken);
        }
        catch (AgentException e) when (e.Code == LinuxErrors.AlreadyExists)
        {
            // Another reference or process was first with the same content; what this one built goes.
        }

        return Find(digest) ?? throw new AgentException(
            ImageErrors.StoreDamaged, $"The image {digest} was not stored", "what was just written is not readable", "See the kernel log for the store's disk.");
    }

    private void CheckSpace(ImageReference reference, IImageSource source)
    {
        var needed = source.EstimateBytes(_paths.Work);
        var free = FileSystemUsage.Of(_paths.Work);
        if (free.AvailableBytes < needed || free.AvailableInodes < 16)
            throw StoreFull(reference, $"it takes at least {needed} bytes; {free.AvailableBytes} bytes and {free.AvailableInodes} inodes are free", null);
    }

    private AgentException StoreFull(ImageReference reference, string why, Exception? inner) => new(
        ImageErrors.StoreFull, $"The image {reference} was not stored", why, $"Free space on the file system of {_paths.Root}, then run it again.", inner);

    /// <summary>The place, whatever digest is asked of it.</summary>
    private static string KeyOf(ImageReference reference) => (reference with { Digest = null }).ToString();
}
