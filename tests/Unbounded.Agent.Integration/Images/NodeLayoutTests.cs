using System.Diagnostics;
using Unbounded.Agent.TestHost.Images;

namespace Unbounded.Agent.Integration.Images;

/// <summary>The OCI layout that <c>images/node/build</c> makes, and those that <c>images/node/layer</c> derives from it.</summary>
public sealed class NodeLayoutTests : IDisposable
{
    private const UnixFileMode Program = (UnixFileMode)0b111_101_101;
    private static readonly (string Path, string Content, UnixFileMode Mode)[] Some = [("/usr/local/bin/kubelet", "#!/bin/sh\n", Program)];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("unbounded-layout-");
    private readonly OciLayout _original = new(Path.Combine(NodeImages.Root, NodeImages.Layout));

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Build_Versions_ShareTheirBase()
    {
        Assert.Equal(["base", "v1", "v2"], _original.Tags.Order(StringComparer.Ordinal));
        var v1 = _original.Layers("v1");
        var v2 = _original.Layers("v2");

        Assert.Equal((2, 2), (v1.Count, v2.Count));
        Assert.Equal(v1[0]["digest"]!.GetValue<string>(), v2[0]["digest"]!.GetValue<string>());
        Assert.NotEqual(v1[1]["digest"]!.GetValue<string>(), v2[1]["digest"]!.GetValue<string>());
    }

    [Fact]
    public void Build_Layers_ComeInBothCompressions()
    {
        var types = _original.Layers("v1").Concat(_original.Layers("v2")).Select(l => l["mediaType"]!.GetValue<string>()).Distinct(StringComparer.Ordinal);

        Assert.Equal(
            ["application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.oci.image.layer.v1.tar+zstd"],
            types.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Build_EveryBlob_IsWhatItsDescriptorAndDiffIdSay(string tag)
    {
        var differences = _original.Configuration(tag)["rootfs"]!["diff_ids"]!.AsArray().Select(d => d!.GetValue<string>());

        var unpacked = await Task.WhenAll(_original.Layers(tag).Select(l => ShellAsync($"{Decoder(_original.Verify(l))} | sha256sum | cut -d' ' -f1")));

        Assert.Equal(differences, unpacked.Select(digest => "sha256:" + digest));
    }

    [Fact]
    public async Task AddLayerAsync_FilesAndWhiteout_AreOnTopOfTheBase()
    {
        var layout = await DerivedLayout.CreateAsync(Path.Combine(_directory.FullName, "layout"));

        var digest = await layout.AddLayerAsync("v1", "changed", [("/usr/local/bin/.wh.kubelet", "", Program), ("/opt/new", "content", Program)]);

        var derived = new OciLayout(layout.Path);
        var layers = derived.Layers("changed");
        Assert.Equal(3, layers.Count);
        Assert.Equal(3, derived.Configuration("changed")["rootfs"]!["diff_ids"]!.AsArray().Count);
        Assert.StartsWith("sha256:", digest, StringComparison.Ordinal);
        var blob = derived.Verify(layers[2]);
        var listing = await ShellAsync($"{Decoder(blob)} | tar -tv --numeric-owner | awk '{{ print $1, $2, $3, $6 }}'");
        Assert.Contains("-rwxr-xr-x 0/0 0 ./usr/local/bin/.wh.kubelet", listing, StringComparison.Ordinal);
        Assert.Contains("-rwxr-xr-x 0/0 7 ./opt/new", listing, StringComparison.Ordinal);
        Assert.Contains("drwxr-xr-x 0/0 0 ./", listing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddLayerAsync_SameFilesTwice_GiveTheSameDigest()
    {
        var layout = await DerivedLayout.CreateAsync(Path.Combine(_directory.FullName, "layout"));

        var first = await layout.AddLayerAsync("v1", "first", Some);
        var second = await layout.AddLayerAsync("v1", "second", Some);

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task AddLayerAsync_TagThatExists_IsMoved()
    {
        var layout = await DerivedLayout.CreateAsync(Path.Combine(_directory.FullName, "layout"));
        await layout.AddLayerAsync("v1", "moved", Some);

        await layout.AddLayerAsync("v1", "moved", [("/usr/bin/containerd", "other", Program)]);

        var derived = new OciLayout(layout.Path);
        Assert.Single(derived.Tags, "moved");
        Assert.Contains("containerd", await ShellAsync($"{Decoder(derived.Verify(derived.Layers("moved")[2]))} | tar -t"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddLayerAsync_Derived_LeavesTheOriginalAlone()
    {
        var layout = await DerivedLayout.CreateAsync(Path.Combine(_directory.FullName, "layout"));

        await layout.AddLayerAsync("v2", "v2", Some);

        Assert.Equal(3, new OciLayout(layout.Path).Layers("v2").Count);
        Assert.Equal(2, _original.Layers("v2").Count);
    }

    [Fact]
    public async Task AddLayerAsync_UnknownBase_SaysSoAndAddsNoTag()
    {
        var layout = await DerivedLayout.CreateAsync(Path.Combine(_directory.FullName, "layout"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => layout.AddLayerAsync("v9", "new", Some));

        Assert.Contains("has no tag v9", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, new OciLayout(layout.Path).Tags.Count);
    }

    [Fact]
    public async Task AddLayerAsync_SideBySide_LosesNoTag()
    {
        var layout = await DerivedLayout.CreateAsync(Path.Combine(_directory.FullName, "layout"));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => layout.AddLayerAsync("v1", $"t{i}", Some)));

        Assert.Equal(["t0", "t1", "t2", "t3"], new OciLayout(layout.Path).Tags.Where(t => t[0] == 't').Order(StringComparer.Ordinal));
    }

    // zstd's command line reads gzip too
    private static string Decoder(string blob) => $"zstd -dcq '{blob}'";

    private static async Task<string> ShellAsync(string script)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-euo", "pipefail", "-c", script]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.TrimEnd();
    }
}
