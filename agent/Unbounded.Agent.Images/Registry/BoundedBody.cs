namespace Unbounded.Agent.Images.Registry;

/// <summary>Reads a whole answer up to a limit: nothing from outside may fill memory (law 16).</summary>
internal static class BoundedBody
{
    /// <summary>All bytes of an answer; null when there are more than the limit.</summary>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (content.Length + read > limit)
                return null;
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
