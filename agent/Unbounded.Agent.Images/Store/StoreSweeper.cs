using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Store;

/// <summary>Removes what crashes left: half-built images, half-removed ones, temporary files. What a living process works on stays.</summary>
internal sealed class StoreSweeper(StorePaths paths)
{
    /// <summary>Sweeps.</summary>
    /// <param name="incomplete">Told of each directory in the place of an image that is none.</param>
    /// <param name="cancellationToken">Stops it between two removals.</param>
    /// <returns>How much was removed.</returns>
    internal async Task<int> SweepAsync(Action<string> incomplete, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var directory in Directory.EnumerateDirectories(paths.Work).ToList())
        {
            if (!Claim.IsHeld(directory + StorePaths.ClaimSuffix))
                removed += await FileTree.DeleteAsync(directory, cancellationToken) ? 1 : 0;
        }

        foreach (var claim in Directory.EnumerateFiles(paths.Work, "*" + StorePaths.ClaimSuffix).ToList())
        {
            if (!Claim.IsHeld(claim))
                await DurableFile.DeleteAsync(claim, cancellationToken);
        }

        foreach (var directory in Directory.EnumerateDirectories(paths.Images).ToList())
        {
            if (StorePaths.DigestOf(directory) is { } digest && ImageMark.TryRead(directory, digest) is not null)
                continue;
            incomplete(directory);
            await MoveToTrashAsync(directory, cancellationToken);
        }

        foreach (var directory in Directory.EnumerateFileSystemEntries(paths.Trash).ToList())
            removed += await FileTree.DeleteAsync(directory, cancellationToken) ? 1 : 0;
        return removed + await DurableFile.DeleteLeftoversAsync(paths.Sources, cancellationToken);
    }

    /// <summary>Takes an image out of its place in one step; what follows can be interrupted.</summary>
    internal async Task<string> MoveToTrashAsync(string directory, CancellationToken cancellationToken)
    {
        var trash = Path.Combine(paths.Trash, Guid.NewGuid().ToString("N"));
        await DurableFile.RenameAsync(directory, trash, replace: false, cancellationToken);
        return trash;
    }
}
