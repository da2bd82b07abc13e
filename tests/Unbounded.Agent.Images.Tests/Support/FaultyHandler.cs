namespace Unbounded.Agent.Images.Tests.Support;

/// <summary>Requests on their way to a real server, some of which break.</summary>
internal sealed class FaultyHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>Asked for each request: it never arrives.</summary>
    public Func<HttpRequestMessage, bool> LosesRequest { get; set; } = static _ => false;

    /// <summary>Asked for each request: it arrives, and its answer never does.</summary>
    public Func<HttpRequestMessage, bool> LosesAnswer { get; set; } = static _ => false;

    public List<string> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
        if (LosesRequest(request))
            throw new HttpRequestException("lost on the way");
        var loses = LosesAnswer(request);
        var response = await base.SendAsync(request, cancellationToken);
        if (!loses)
            return response;
        response.Dispose();
        throw new HttpRequestException("the answer was lost");
    }
}
