using System.Net;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.Verification;

namespace Unbounded.Agent.Linux.Tests.Verification;

public sealed class UrlCheckTests
{
    [Fact]
    public async Task EvaluateAsync_200_Passes()
    {
        var result = await CheckAsync(HttpStatusCode.OK);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Equal("HTTP 200 from https://ops.example/node/ready", result.Evidence);
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task EvaluateAsync_AnyOtherStatus_IsNotYet(HttpStatusCode status)
    {
        var result = await CheckAsync(status);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains($"HTTP {(int)status}", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_NoConnection_IsNotYet()
    {
        using var http = new HttpClient(new Handler(_ => throw new HttpRequestException(HttpRequestError.ConnectionError)));

        var result = await new UrlCheck(http, new Uri("https://ops.example/")).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Equal("https://ops.example/: ConnectionError", result.Evidence);
    }

    [Fact]
    public async Task Law16_EvaluateAsync_CredentialsInTheUrl_AreNotInTheEvidence()
    {
        var url = new Uri("https://user:s3cret@ops.example:8443/ready?token=t0ken#fragment");

        var passed = await CheckAsync(HttpStatusCode.OK, url);
        var failed = await CheckAsync(HttpStatusCode.BadGateway, url);

        Assert.Equal("HTTP 200 from https://ops.example:8443/ready", passed.Evidence);
        Assert.DoesNotContain("s3cret", failed.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", failed.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law16_EvaluateAsync_BodyWithoutEnd_IsNotRead()
    {
        using var http = new HttpClient(new Handler(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new EndlessStream()) }));

        var result = await new UrlCheck(http, new Uri("https://ops.example/")).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
    }

    [Fact]
    public async Task EvaluateAsync_Cancelled_IsCancelled()
    {
        using var http = new HttpClient(new Handler(_ => new HttpResponseMessage(HttpStatusCode.OK)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new UrlCheck(http, new Uri("https://ops.example/")).EvaluateAsync(new CancellationToken(canceled: true)));
    }

    private static async Task<CheckResult> CheckAsync(HttpStatusCode status, Uri? url = null)
    {
        using var http = new HttpClient(new Handler(_ => new HttpResponseMessage(status)));
        return await new UrlCheck(http, url ?? new Uri("https://ops.example/node/ready")).EvaluateAsync(default);
    }

    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(answer(request));
        }
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("the body was read");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("the body was read");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the body was read");
    }
}
