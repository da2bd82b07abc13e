using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Unbounded.Agent.Machines.Tests.Checks;

/// <summary>
/// Speaks as much HTTP/2 (RFC 9113) over a Unix socket as one unary gRPC call needs, with prior knowledge. It answers every call with the same bytes.
/// </summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndStream = 1;
    private const byte Acknowledge = 1;
    private const byte EndHeaders = 4;
    private const int Preface = 24;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[]? _body;
    private readonly string _status;
    private readonly Task _serving;

    /// <summary>Listens.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="body">What follows the headers, a gRPC message with its five bytes in front; null for trailers alone.</param>
    /// <param name="status">The HTTP status.</param>
    public GrpcServer(string path, byte[]? body, string status = "200")
    {
        (_body, _status) = (body, status);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>Bytes of the request's header block; literal strings in it can be searched.</summary>
    public string RequestHeaders { get; private set; } = "";

    /// <summary>A gRPC message: not compressed, length, content.</summary>
    public static byte[] Message(params byte[] content) => [0, .. BigEndian(content.Length), .. content];

    /// <summary>VersionResponse of containerd.services.version.v1: field 1 is the version, field 2 the revision.</summary>
    public static byte[] Version(string version) =>
        Message([0x0A, (byte)version.Length, .. Encoding.UTF8.GetBytes(version), 0x12, 3, (byte)'a', (byte)'b', (byte)'c']);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptAsync();
                await using var stream = new NetworkStream(connection);
                await AnswerAsync(stream);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The listener or the client was closed.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        await stream.ReadExactlyAsync(new byte[Preface]);
        await WriteAsync(stream, Settings, 0, 0, []);
        while (await ReadAsync(stream) is { } frame)
        {
            if (frame is { Type: Settings, Flags: 0 })
            {
                await WriteAsync(stream, Settings, Acknowledge, 0, []);
            }

            if (frame.Type == Headers)
            {
                RequestHeaders += Encoding.Latin1.GetString(frame.Payload);
            }

            if (frame.Type is Headers or Data && (frame.Flags & EndStream) != 0)
            {
                await RespondAsync(stream, frame.Stream);
            }
        }
    }

    private async Task RespondAsync(NetworkStream stream, int id)
    {
        byte[] head = [.. Literal(":status", _status), .. Literal("content-type", "application/grpc")];
        await WriteAsync(stream, Headers, EndHeaders, id, head);
        if (_body is not null)
        {
            await WriteAsync(stream, Data, 0, id, _body);
        }

        await WriteAsync(stream, Headers, EndHeaders | EndStream, id, Literal("grpc-status", "0"));
    }

    // HPACK (RFC 7541, 6.2.2): a literal without indexing, new name, no Huffman code.
    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static async Task<Frame?> ReadAsync(NetworkStream stream)
    {
        var head = new byte[9];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            return null;
        }

        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await stream.ReadExactlyAsync(payload);
        return new Frame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
    }

    private static ValueTask WriteAsync(NetworkStream stream, byte type, byte flags, int id, byte[] payload) =>
        stream.WriteAsync(new byte[] { (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags }
            .Concat(BigEndian(id)).Concat(payload).ToArray());

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private sealed record Frame(byte Type, byte Flags, int Stream, byte[] Payload);
}
