using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Rootfs;
using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>An image store that has every image after three seconds. The real one has its own crash tests.</summary>
internal sealed class SimImages(SimFileSystem files, MachinePaths paths, TimeProvider time) : INodeImages
{
    /// <summary>Names, in a copied tree, the image that it was copied from.</summary>
    public const string ImageFile = "image";

    public async Task<NodeImage> EnsureAsync(string reference, IStepProgress progress, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken);
        return new NodeImage(reference, $"sha256:{reference}", $"{paths.Store}/{reference}");
    }

    public Task KeepOnlyAsync(IReadOnlySet<string> digests, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<long?> SizeAsync(string digest, CancellationToken cancellationToken) => Task.FromResult<long?>(400L << 20);

    public Task CopyAsync(string tree, string destination, IStepProgress progress, CancellationToken cancellationToken) =>
        files.RunAsync(
            () =>
            {
                files.MakeDirectory(destination, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, owner: null);
                files.Append(destination, ImageFile, Encoding.UTF8.GetBytes(Path.GetFileName(tree)));
                files.SyncFileSystem(destination);
                return true;
            },
            cancellationToken);
}
