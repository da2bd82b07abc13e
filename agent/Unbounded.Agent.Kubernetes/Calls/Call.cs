namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>One call, which can be sent several times.</summary>
/// <param name="Verb">In words, for errors.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Of which object.</param>
internal sealed record Call(string Verb, HttpMethod Method, ResourcePath Path)
{
    /// <summary>Query without the question mark.</summary>
    public string Query { get; init; } = "";

    /// <summary>The body, null: none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether doing it twice is as good as once: one whose answer was lost is repeated then.</summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>Most of the answer that is read, in bytes.</summary>
    public int LimitBytes { get; init; }

    /// <summary>A message of it.</summary>
    public HttpRequestMessage Message(Version version, string? token, string? serverName)
    {
        var message = new HttpRequestMessage(Method, new Uri(Path.Relative(Query), UriKind.Relative))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        // The handler takes the name that it asks for, and that the certificate must have, from here.
        if (serverName is not null)
            message.Headers.Host = serverName;
        if (token is not null)
            message.Headers.Authorization = new("Bearer", token);
        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new(ContentType);
        }

        return message;
    }
}
