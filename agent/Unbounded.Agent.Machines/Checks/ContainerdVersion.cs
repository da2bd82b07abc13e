using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Unbounded.Agent.Linux.Sockets;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// Asks containerd for its version: one unary gRPC call over its Unix socket (containerd.services.version.v1, gRPC over HTTP/2). It proves that
/// containerd answers, which an active unit does not.
/// </summary>
internal static class ContainerdVersion
{
    private const int HeaderLength = 5;
    private const int Limit = 64 * 1024;
    private const int VersionField = 0x0A;

    /// <summary>Asks.</summary>
    /// <param name="socketPath">The socket, as the agent sees it.</param>
    /// <param name="cancellationToken">Bounds the call.</param>
    /// <returns>The version.</returns>
    /// <exception cref="HttpRequestException">It does not answer, or answers with an error.</exception>
    public static async Task<string> AskAsync(string socketPath, CancellationToken cancellationToken)
    {
        using var client = UnixHttp.Client(socketPath, HttpVersion.Version20);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/containerd.services.version.v1.Version/Version")
        {
            // An empty message: not compressed, no bytes.
            Content = new ByteArrayContent(new byte[HeaderLength]),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var header = new byte[HeaderLength];
        if (await body.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) < HeaderLength)
        {
            throw new HttpRequestException("no gRPC message in the answer");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (length > Limit)
        {
            throw new HttpRequestException($"a gRPC message of {length} bytes in the answer");
        }

        var message = new byte[length];
        await body.ReadExactlyAsync(message, cancellationToken);
        return ParseVersion(message) ?? throw new HttpRequestException("no version in the answer");
    }

    /// <summary>Field 1 (version, a string) of VersionResponse, protocol buffers' wire format; null when it is not first, where containerd puts it.</summary>
    internal static string? ParseVersion(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2 || message[0] != VersionField)
        {
            return null;
        }

        // A length below 128 is one byte; no version is longer.
        int length = message[1];
        return length < 0x80 && message.Length >= 2 + length ? Encoding.UTF8.GetString(message.Slice(2, length)) : null;
    }
}
