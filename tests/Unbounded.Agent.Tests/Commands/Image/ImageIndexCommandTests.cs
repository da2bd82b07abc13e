using System.Security.Cryptography;
using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Image;

public sealed class ImageIndexCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("image-index-").FullName;

    private string ImageFile => Path.Combine(_directory, "os.img");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Run_OfAnImage_PrintsWhatToEnterInTheIndex()
    {
        File.WriteAllBytes(ImageFile, new byte[10_000]);
        var terminal = new RecordedTerminal();

        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["image", "index", ImageFile], terminal.Terminal));

        var header = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ImageFile + ".index")[..128]));
        Assert.Contains($"{ImageFile}.index: 3 blocks of 4096 bytes\n", terminal.Out, StringComparison.Ordinal);
        Assert.Contains($"\"block_index\": {{ \"url\": \"os.img.index\", \"sha256\": \"{header}\", \"image\": \"os.img\" }}\n", terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAPlaceABlockSizeAndJson_DoesAsItIsTold()
    {
        File.WriteAllBytes(ImageFile, new byte[10_000]);
        var terminal = new RecordedTerminal();
        var index = Path.Combine(_directory, "other");

        Assert.Equal(
            ExitCode.Success, await CommandLine.RunAsync(["image", "index", ImageFile, "--index", index, "--block-size", "8192", "--output", "json"], terminal.Terminal));

        var document = JsonDocument.Parse(terminal.Out).RootElement;
        Assert.Equal((index, 2, 8192), (document.GetProperty("index").GetString(), document.GetProperty("blocks").GetInt32(), document.GetProperty("blockSize").GetInt32()));
        Assert.True(File.Exists(index));
    }

    [Fact]
    public async Task Run_OfNoImage_SaysSo()
    {
        var terminal = new RecordedTerminal();

        Assert.NotEqual(ExitCode.Success, await CommandLine.RunAsync(["image", "index", ImageFile], terminal.Terminal));

        Assert.Contains(ImageFile, terminal.Error, StringComparison.Ordinal);
    }
}
