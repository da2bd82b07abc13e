using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Images.Store;

/// <summary>The place where one image is built. While it exists its claim is held; disposed before <see cref="MoveToAsync"/> it is deleted.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode RootMode = (UnixFileMode)0x1ed;

    private readonly Claim _claim;
    private bool _moved;

    private Workspace(string directory, Claim claim)
    {
        Directory = directory;
        _claim = claim;
    }

    internal string Directory { get; }

    internal string Root => StorePaths.RootOf(Directory);

    internal static Workspace Create(StorePaths paths)
    {
        var directory = Path.Combine(paths.Work, Guid.NewGuid().ToString("N"));
        // The claim first: what has none is garbage.
        var claim = Claim.Create(directory + StorePaths.ClaimSuffix);
        try
        {
            DurableDirectory.Create(directory, Private);
            DurableDirectory.Create(StorePaths.RootOf(directory), RootMode, Linux.Kernel.FileOwner.Root);
        }
        catch
        {
            claim.Dispose();
            throw;
        }

        return new Workspace(directory, claim);
    }

    /// <summary>Gives what was built its place.</summary>
    internal async Task MoveToAsync(string destination, CancellationToken cancellationToken)
    {
        await DurableFile.RenameAsync(Directory, destination, replace: false, cancellationToken);
        _moved = true;
    }

    public async ValueTask DisposeAsync()
    {
        // Not cancellable: what is left costs space until the store is opened again.
        if (!_moved)
            await FileTree.DeleteAsync(Directory, CancellationToken.None);
        _claim.Dispose();
    }
}
