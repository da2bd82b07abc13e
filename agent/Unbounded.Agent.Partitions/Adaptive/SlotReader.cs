using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Partitions.Adaptive;

/// <summary>Reads a slot that is in use, past the page cache. What it gives may change at any time, and is verified block by block.</summary>
/// <param name="path">The device.</param>
internal sealed class SlotReader(string path) : IDisposable
{
    private readonly SafeFileHandle _file = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Direct);

    /// <summary>Fills a buffer's first bytes.</summary>
    /// <exception cref="AgentException">The device can't be read there.</exception>
    public void Read(AlignedBuffer buffer, int length, long offset)
    {
        try
        {
            for (var done = 0; done < length;)
            {
                var read = RandomAccess.Read(_file, buffer.Span[done..length], offset + done);
                if (read == 0)
                    throw new EndOfStreamException($"it ends at byte {offset + done}");
                done += read;
            }
        }
        catch (IOException e)
        {
            throw new AgentException(LinuxErrors.DeviceFailed, $"{path} could not be read at byte {offset}", e.Message, "See the kernel log: the disk may be failing", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
