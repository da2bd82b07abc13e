using System.Net.Sockets;
using System.Text.Json;

namespace Unbounded.Agent.SlotsServer;

/// <summary>One request and its reply, a line of JSON each.</summary>
public static class Connection
{
    /// <summary>Sends one line.</summary>
    public static async Task SendAsync<T>(NetworkStream stream, T message, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message), cancellationToken);
        await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }

    /// <summary>Reads one line; null when the other side has gone.</summary>
    public static async Task<T?> ReceiveAsync<T>(NetworkStream stream, CancellationToken cancellationToken)
        where T : class
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadLineAsync(cancellationToken) is { } line ? JsonSerializer.Deserialize<T>(line) : null;
    }
}
