namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>Reads an answer, at most so much of it.</summary>
internal static class BoundedBody
{
    /// <summary>All of a stream; null when it is longer than <paramref name="limit"/>.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit)
            return null;
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream((int)(content.Headers.ContentLength ?? 4096));
        var part = new byte[16 << 10];
        int read;
        while ((read = await stream.ReadAsync(part, cancellationToken)) > 0)
        {
            if (buffer.Length + read > limit)
                return null;
            buffer.Write(part, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>The beginning of a stream.</summary>
    public static async Task<byte[]> BeginningAsync(HttpContent content, int length, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var part = new byte[length];
        var read = await stream.ReadAtLeastAsync(part, length, throwOnEndOfStream: false, cancellationToken);
        return part[..read];
    }
}
