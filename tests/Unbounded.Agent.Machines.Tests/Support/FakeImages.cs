using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>An image store: every reference is an image, whose tree a test fills.</summary>
internal sealed class FakeImages(string store) : INodeImages
{
    public List<IReadOnlySet<string>> Kept { get; } = [];

    public Func<Exception>? KeepingFails { get; set; }

    public Func<Exception>? FetchingFails { get; set; }

    public static string DigestOf(string reference) => "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(reference)));

    /// <summary>The tree of an image.</summary>
    public string Tree(string reference) => Path.Combine(store, DigestOf(reference)[7..], "rootfs");

    public Task<NodeImage> EnsureAsync(string reference, IStepProgress progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (FetchingFails is { } fails)
        {
            throw fails();
        }

        Directory.CreateDirectory(Tree(reference));
        return Task.FromResult(new NodeImage(reference, DigestOf(reference), Tree(reference)));
    }

    public Task KeepOnlyAsync(IReadOnlySet<string> digests, CancellationToken cancellationToken)
    {
        if (KeepingFails is { } fails)
        {
            throw fails();
        }

        Kept.Add(digests);
        return Task.CompletedTask;
    }

    public Task<long?> SizeAsync(string digest, CancellationToken cancellationToken) => Task.FromResult<long?>(4711);

    public Task CopyAsync(string tree, string destination, IStepProgress progress, CancellationToken cancellationToken)
    {
        Copy(tree, destination);
        progress.Bytes(4711, total: null);
        return Task.CompletedTask;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var directory in Directory.GetDirectories(from))
        {
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
    }
}
