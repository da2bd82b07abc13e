using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Store;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Store;

/// <summary>A store in a directory of its own, and archives to put into it.</summary>
internal sealed class StoreFixture : IDisposable
{
    private readonly TempDirectory _directory;

    internal StoreFixture(TempDirectory? directory = null) => _directory = directory ?? new TempDirectory();

    internal string Root => _directory.Sub("store");

    internal string Sub(string name) => _directory.Sub(name);

    internal Task<ImageStore> OpenAsync(TimeProvider? time = null) =>
        ImageStore.OpenAsync(new ImageStoreOptions { Root = Root }, time ?? TimeProvider.System, NullLogger<ImageStore>.Instance);

    /// <summary>Writes an archive whose change time is long ago for the store's clock.</summary>
    internal ArchiveReference Archive(byte[] content, string name = "image.tar")
    {
        File.WriteAllBytes(Sub(name), content);
        return new ArchiveReference(Sub(name), null);
    }

    internal static byte[] SmallImage(string content = "hello") => new TarBuilder().Directory("./").File("etc/release", content).ToArray();

    internal string[] Leftovers() =>
        [.. Directory.GetFileSystemEntries(Path.Combine(Root, "work")), .. Directory.GetFileSystemEntries(Path.Combine(Root, "trash"))];

    public void Dispose() => _directory.Dispose();
}
