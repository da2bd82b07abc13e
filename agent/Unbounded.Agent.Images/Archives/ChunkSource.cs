namespace Unbounded.Agent.Images.Archives;

/// <summary>Where an archive's bytes come from: pieces, each valid until the next is asked for, so that nothing is copied on the way.</summary>
internal abstract class ChunkSource : IDisposable
{
    /// <summary>The next bytes; empty at the end, then and ever after.</summary>
    internal abstract ReadOnlyMemory<byte> Next();

    /// <inheritdoc/>
    public abstract void Dispose();
}
