using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Boot;

namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>The boot loader's files on a <see cref="FatImage"/>, as if it were mounted at a path.</summary>
internal sealed class FatBootFiles(FatImage image, string mount) : IEntryFiles
{
    /// <summary>What every write fails with from now on; null: nothing.</summary>
    public AgentException? Failure { get; set; }

    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => Task.FromResult(image.Read(NameOf(path)));

    public Task WriteFirstSectorAsync(string path, ReadOnlyMemory<byte> sector) => Write(() => image.WriteFirstSector(NameOf(path), sector.Span));

    public Task RenewAsync(string path, ReadOnlyMemory<byte> content) => Write(() => image.Put(NameOf(path), content.Span));

    public Task<IReadOnlyList<string>> ListAsync(string directory, CancellationToken cancellationToken) => Task.FromResult(image.List(NameOf(directory)));

    public Task DeleteAsync(string path) => Write(() => image.Delete(NameOf(path)));

    private string NameOf(string path) => Path.GetRelativePath(mount, path);

    private Task Write(Action write)
    {
        if (Failure is { } failure)
            throw failure;
        write();
        return Task.CompletedTask;
    }
}
