using System.Text;

namespace Unbounded.Agent.Linux.Processes;

/// <summary>Reads a stream to its end and keeps only the last bytes, so that a program's output can't fill the agent's memory.</summary>
internal static class TailReader
{
    public static async Task<(string Text, bool Cut)> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var ring = new byte[limit];
        var buffer = new byte[4096];
        long total = 0;
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                for (var i = 0; i < read; i++)
                    ring[(total + i) % limit] = buffer[i];
                total += read;
            }
        }
        catch (OperationCanceledException)
        {
            // The program ended; somebody it left behind holds the pipe. What was read so far is its output.
        }

        return (Encoding.UTF8.GetString(Unroll(ring, total)), total > limit);
    }

    private static byte[] Unroll(byte[] ring, long total)
    {
        if (total <= ring.Length)
            return ring[..(int)total];
        var start = (int)(total % ring.Length);
        return [.. ring[start..], .. ring[..start]];
    }
}
