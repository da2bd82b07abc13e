using System.Buffers.Binary;
using System.Text;

namespace Unbounded.Agent.TestHost.Docker;

/// <summary>
/// The engine's framing of two outputs in one connection: a byte for the stream (1 standard output, 2 standard error),
/// three of padding, four of length in network order, the bytes (Docker Engine API, "Attach to a container").
/// </summary>
internal static class MultiplexedStream
{
    private const int HeaderLength = 8;

    public static async Task<(string Output, string Error)> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var header = new byte[HeaderLength];
        while (true)
        {
            var read = await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation);
            if (read == 0)
                break;
            if (read < HeaderLength)
                throw new EndOfStreamException("The engine ended an exec within a frame's header.");
            var frame = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4))];
            await stream.ReadExactlyAsync(frame, cancellation);
            var target = header[0] switch
            {
                1 => output,
                2 => error,
                var other => throw new InvalidDataException($"The engine sent a frame for stream {other}."),
            };
            target.Write(frame);
        }

        return (Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
