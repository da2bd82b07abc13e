using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>From each kind of source into the slot.</summary>
public sealed class UpdateSourcesTests : IDisposable
{
    private readonly UpdateScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Apply_FromARegistry_WritesTheSlot()
    {
        using var registry = new RealRegistry();
        using var http = new HttpClient();
        var content = _scene.Publish("2.0.0");
        var published = await new ImagePublisher(http, _scene.Time).PushAsync(
            new RegistryReference(registry.Host, "os"),
            new() { File = _scene.Host.Path("os-2.0.0.img"), Version = "2.0.0", Architecture = UpdateGates.Architecture },
            new Progress(),
            CancellationToken.None);

        await AppliesAsync(published.Pinned, content);
    }

    [Fact]
    public async Task Apply_FromABundle_WritesTheSlot()
    {
        var content = _scene.Publish("2.0.0");
        Tool.Run("tar", "-C", _scene.Host.Path("."), "-cf", _scene.Host.Path("x.bundle.tar"), "index.json", "os-2.0.0.img");
        File.Delete(_scene.Host.Path("os-2.0.0.img"));

        await AppliesAsync($"file://{_scene.Host.Path("x.bundle.tar")}", content);
    }

    [Fact]
    public async Task Apply_FromAFile_WritesTheSlot()
    {
        var content = _scene.Publish("2.0.0");

        await AppliesAsync($"file://{_scene.Host.Path("os-2.0.0.img")}", content, new("2.0.0"));
    }

    private async Task AppliesAsync(string server, byte[] content, UpdateRequest? request = null)
    {
        _scene.Settings = _scene.Settings with { Server = server };

        await _scene.Agent.ApplyAsync(request ?? new(), CancellationToken.None);

        Assert.Equal("staged", _scene.Phase);
        Assert.Equal(content, _scene.Host[PartitionScene.B].Read(content.Length));
    }
}
