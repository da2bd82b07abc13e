using System.Net.Sockets;
using System.Text;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

public sealed class ContainerdVersionTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task AskAsync_Containerd_IsItsVersion()
    {
        await using var server = new GrpcServer(Socket, GrpcServer.Version("1.6.20~ds1"));

        Assert.Equal("1.6.20~ds1", await AskAsync());
    }

    [Fact]
    public async Task AskAsync_Call_IsTheOneContainerdHas()
    {
        await using var server = new GrpcServer(Socket, GrpcServer.Version("1"));

        await AskAsync();

        Assert.Contains("/containerd.services.version.v1.Version/Version", server.RequestHeaders, StringComparison.Ordinal);
        Assert.Contains("application/grpc", server.RequestHeaders, StringComparison.Ordinal);
        Assert.Contains("trailers", server.RequestHeaders, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_ErrorWithoutAMessage_Fails()
    {
        await using var server = new GrpcServer(Socket, body: null);

        var e = await Assert.ThrowsAsync<HttpRequestException>(AskAsync);

        Assert.Equal("no gRPC message in the answer", e.Message);
    }

    [Fact]
    public async Task AskAsync_HttpError_Fails()
    {
        await using var server = new GrpcServer(Socket, GrpcServer.Version("1"), status: "503");

        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await Assert.ThrowsAsync<HttpRequestException>(AskAsync)).StatusCode);
    }

    [Fact]
    public async Task Law16_AskAsync_MessageOfGigabytes_IsRefusedBeforeItIsRead()
    {
        await using var server = new GrpcServer(Socket, [0, 0x7F, 0xFF, 0xFF, 0xFF, 1]);

        Assert.Contains("2147483647 bytes", (await Assert.ThrowsAsync<HttpRequestException>(AskAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_MessageThatIsCutOff_Fails()
    {
        await using var server = new GrpcServer(Socket, [0, 0, 0, 0, 9, 0x0A]);

        await Assert.ThrowsAnyAsync<IOException>(AskAsync);
    }

    [Fact]
    public async Task AskAsync_OtherMessage_Fails()
    {
        await using var server = new GrpcServer(Socket, GrpcServer.Message(0x12, 1, (byte)'x'));

        Assert.Equal("no version in the answer", (await Assert.ThrowsAsync<HttpRequestException>(AskAsync)).Message);
    }

    [Fact]
    public async Task AskAsync_NoSocket_Fails() => await Assert.ThrowsAnyAsync<HttpRequestException>(AskAsync);

    [Fact]
    public async Task AskAsync_ServerOfAnotherProtocol_Fails()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        var ask = AskAsync();
        using var connection = await listener.AcceptAsync();
        await connection.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        connection.Close();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ask);
    }

    [Fact]
    public async Task AskAsync_ServerThatNeverAnswers_IsBoundedByItsCaller()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        using var cancel = new CancellationTokenSource();
        var ask = ContainerdVersion.AskAsync(Socket, cancel.Token);
        using var connection = await listener.AcceptAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ask);
    }

    [Fact]
    public void ParseVersion_LongestVersion_IsWhole()
    {
        var version = new string('v', 127);

        Assert.Equal(version, ContainerdVersion.ParseVersion([0x0A, 127, .. Encoding.UTF8.GetBytes(version)]));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x0A })]
    [InlineData(new byte[] { 0x0A, 5, 1 })]
    [InlineData(new byte[] { 0x0A, 0x80, 1, 1 })]
    [InlineData(new byte[] { 0x12, 1, 1 })]
    public void ParseVersion_AnythingElse_IsNull(byte[] message) => Assert.Null(ContainerdVersion.ParseVersion(message));

    private string Socket => _root.Path + "/s";

    private Task<string> AskAsync() => ContainerdVersion.AskAsync(Socket, default);
}
