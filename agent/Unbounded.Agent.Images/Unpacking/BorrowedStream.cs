using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>A stream that its reader can't dispose: its owner still wants something of it.</summary>
internal sealed class BorrowedStream(Stream stream) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer) => stream.Read(buffer);
}
