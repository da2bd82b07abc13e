using System.Text;
using Unbounded.Agent.TestHost.Containers;
using Unbounded.Agent.TestHost.Docker;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Hosts;

/// <summary>The contract of the container client, on a bare container: no systemd, one sleeping process.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class ContainerTests : IAsyncLifetime
{
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_000;

    private readonly IContainer _container = Describe().Build();

    public Task InitializeAsync() => _container.StartAsync();

    public Task DisposeAsync() => _container.DisposeAsync().AsTask();

    [Fact]
    public async Task ExecAsync_BothStreamsAndExitCode_AreToldApart()
    {
        var result = await _container.ExecAsync(["/bin/sh", "-c", "echo out; echo err >&2; exit 7"]);

        Assert.Equal(new ExecResult("out\n", "err\n", 7), result);
    }

    [Fact]
    public async Task ExecAsync_MegabytesOfOutput_ArriveWhole()
    {
        var result = await _container.ExecAsync(["/bin/sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end >&2"]);

        Assert.Equal(5_000_001, result.Stdout.Length);
        Assert.Equal("end\n", result.Stderr);
    }

    [Fact]
    public async Task ExecAsync_ArgumentsWithBlanksAndQuotes_ReachTheCommandUnchanged()
    {
        var result = await _container.ExecAsync(["printf", "%s|", "a b", "it's", "\"$HOME\"", ""]);

        Assert.Equal("a b|it's|\"$HOME\"||", result.Stdout);
    }

    [Fact]
    public async Task ExecAsync_NoSuchCommand_FailsWithItsExitCode()
    {
        var result = await _container.ExecAsync(["/no/such/command"]);

        Assert.True(result.ExitCode is 126 or 127, result.ToString());
    }

    [Fact]
    public async Task ExecAsync_Cancelled_ReturnsWithoutWaitingForTheCommand()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _container.ExecAsync(["sleep", "600"], limit.Token));
    }

    [Fact]
    public async Task CopyAsync_NewDirectory_WritesContentAndMode()
    {
        var content = Encoding.UTF8.GetBytes("#!/bin/sh\necho copied\n");

        await _container.CopyAsync(content, "/opt/deep/er/script", Executable);

        Assert.Equal("copied\n", (await _container.ExecAsync(["/opt/deep/er/script"])).Stdout);
        Assert.Equal("750\n", (await _container.ExecAsync(["stat", "-c", "%a", "/opt/deep/er/script"])).Stdout);
        Assert.Equal(content, await _container.ReadFileAsync("/opt/deep/er/script"));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("/no/such/file")]
    public async Task ReadFileAsync_NoFile_Throws(string path)
        => await Assert.ThrowsAnyAsync<Exception>(() => _container.ReadFileAsync(path));

    [Fact]
    public async Task KillAsync_ThenStart_KeepsFilesAndLogs()
    {
        await _container.CopyAsync([1, 2, 3], "/etc/kept", Executable);
        var before = await _container.GetPidAsync();

        await _container.KillAsync();

        Assert.False(Directory.Exists($"/proc/{before}/root/etc"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _container.GetPidAsync());
        await _container.StartAsync();
        Assert.Equal([1, 2, 3], await _container.ReadFileAsync("/etc/kept"));
        Assert.Equal(2, (await _container.GetLogsAsync()).Split("started").Length - 1);
    }

    [Fact]
    public async Task KillAsync_AlreadyEnded_IsNoError()
    {
        await _container.KillAsync();

        await _container.KillAsync();

        Assert.Equal(137, await _container.GetExitCodeAsync());
    }

    [Fact]
    public async Task StartAsync_AlreadyRunning_IsNoError()
    {
        var before = await _container.GetPidAsync();

        await _container.StartAsync();

        Assert.Equal(before, await _container.GetPidAsync());
    }

    [Fact]
    public async Task DisposeAsync_Running_RemovesTheContainer()
    {
        var container = Describe().Build();
        await container.StartAsync();
        var pid = await container.GetPidAsync();
        var id = container.Id;

        await container.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{pid}/root/etc"));
        using var client = new DockerClient(DockerEndpoint.Find());
        await Assert.ThrowsAsync<DockerApiException>(() => client.GetAsync($"/containers/{id}/json", CancellationToken.None));
    }

    [Fact]
    public async Task StartAsync_ImageThatWasNeverMade_SaysHowToMakeIt()
    {
        var container = new ContainerBuilder().WithImage("localhost/unbounded-agent/test-host:sarge").Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => container.StartAsync());

        Assert.Contains("images/test-host/build", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithoutImage_Throws() => Assert.Throws<InvalidOperationException>(() => new ContainerBuilder().Build());

    private static ContainerBuilder Describe() => new ContainerBuilder()
        .WithImage($"localhost/unbounded-agent/test-host:{Suites.Selected.First()[0]}")
        .WithCommand("/bin/sh", "-c", "echo started; exec sleep infinity")
        .WithLabel(Owner.Label, Owner.Current.ToString())
        .WithPrivileged(true)
        .WithStopTimeout(TimeSpan.FromSeconds(1));
}
