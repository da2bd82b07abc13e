using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Machines.Preflight.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Preflight.Checks;

public sealed class ImageCheckTests : IDisposable
{
    private readonly FakePreflightHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Run_ArchiveWithTheRightDigest_IsOk()
    {
        _host.Root.Write("/images/node.tar", "content");
        var digest = Convert.ToHexStringLower(SHA256.HashData("content"u8));
        Assert.Equal($"/images/node.tar has the digest sha256:{digest}", (await RunAsync($"file:///images/node.tar@sha256:{digest}")).Evidence);
    }

    [Fact]
    public async Task Run_ArchiveWithAnotherDigest_IsAnErrorWithBoth()
    {
        _host.Root.Write("/images/node.tar", "content");
        var finding = await RunAsync($"file:///images/node.tar@sha256:{new string('a', 64)}");
        Assert.Equal(PreflightStatus.Error, finding.Status);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData("content"u8)), finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ArchiveWithoutADigest_IsOkAndSaysSo()
    {
        _host.Root.Write("/images/node.tar", "content");
        Assert.Contains("no digest", (await RunAsync("file:///images/node.tar")).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///images/none.tar")]
    [InlineData("dir:///images/none")]
    [InlineData("oci-layout:///images/none:v1")]
    public async Task Run_NothingThere_IsAnError(string reference) => Assert.Equal(PreflightStatus.Error, (await RunAsync(reference)).Status);

    [Fact]
    public async Task Run_Layout_IsLookedOver()
    {
        _host.Root.Write("/images/node/oci-layout", "{}");
        _host.Root.Write("/images/node/index.json", "{}");
        Assert.Contains("it has no blobs", (await RunAsync("oci-layout:///images/node:v1")).Evidence, StringComparison.Ordinal);
        _host.Root.Write("/images/node/blobs/sha256/x", "");
        Assert.Equal(PreflightStatus.Ok, (await RunAsync("oci-layout:///images/node:v1")).Status);
    }

    [Fact]
    public async Task Run_Directory_MustBeARootFileSystem()
    {
        _host.Root.Write("/images/node/etc/os-release", "");
        Assert.Equal(PreflightStatus.Error, (await RunAsync("dir:///images/node")).Status);
        _host.Root.Write("/images/node/usr/bin/kubelet", "");
        Assert.Equal(PreflightStatus.Ok, (await RunAsync("dir:///images/node")).Status);
    }

    [Fact]
    public async Task Run_NoImageNamed_IsAWarning() =>
        Assert.Equal(PreflightStatus.Warning, (await _host.RunAsync(h => new ImageCheck(h), new PreflightInput { Config = Configs.Standalone() with { OCIImage = null } })).Status);

    [Fact]
    public async Task Run_ReferenceOfARegistry_IsTheReferencesError() => await Assert.ThrowsAsync<AgentException>(() => RunAsync("registry.example/node:v1"));

    private Task<PreflightFinding> RunAsync(string reference) => _host.RunAsync(h => new ImageCheck(h), new PreflightInput { Config = Configs.Standalone() with { OCIImage = reference } });
}
