using System.IO.Pipes;
using System.Text;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Processes;

/// <summary>Reads a pipe to its end and keeps only the last bytes, so that a program's output can't fill the agent's memory.</summary>
internal static class TailReader
{
    // What a pipe can hold (/proc/sys/fs/pipe-max-size): a program that has ended left no more than that behind.
    private const int MostInAPipe = 1 << 20;

    /// <summary>Reads until the pipe's end. Cancelled, until it is empty.</summary>
    public static async Task<(string Text, bool Cut)> ReadAsync(PipeStream pipe, int limit, CancellationToken cancellationToken)
    {
        var ring = new byte[limit];
        var buffer = new byte[4096];
        long total = 0;
        try
        {
            while (Keep(await pipe.ReadAsync(buffer, cancellationToken)))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The program ended; somebody it left behind holds the pipe. What it wrote is in there, however late this is to read it on a busy machine.
            for (var end = total + MostInAPipe; total < end && HasMore(pipe) && Keep(await pipe.ReadAsync(buffer, CancellationToken.None));)
            {
            }
        }

        return (Encoding.UTF8.GetString(Unroll(ring, total)), total > limit);

        bool Keep(int read)
        {
            for (var i = 0; i < read; i++)
                ring[(total + i) % limit] = buffer[i];
            total += read;
            return read > 0;
        }
    }

    private static unsafe bool HasMore(PipeStream pipe)
    {
        var descriptor = new Libc.PollDescriptor { Descriptor = (int)pipe.SafePipeHandle.DangerousGetHandle(), Events = Libc.PollIn };
        return Libc.Poll(&descriptor, 1, 0) > 0;
    }

    private static byte[] Unroll(byte[] ring, long total)
    {
        if (total <= ring.Length)
            return ring[..(int)total];
        var start = (int)(total % ring.Length);
        return [.. ring[start..], .. ring[..start]];
    }
}
