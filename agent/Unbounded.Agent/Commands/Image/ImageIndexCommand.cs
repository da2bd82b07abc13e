using System.CommandLine;
using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Output;
using Unbounded.Agent.Partitions.Adaptive;

namespace Unbounded.Agent.Commands.Image;

/// <summary><c>image index</c>: makes the block index that lets hosts fetch only what changed.</summary>
internal static class ImageIndexCommand
{
    public static Command Create(CommandRunner runner)
    {
        var image = new Argument<string>("IMAGE") { Description = "The image, not compressed." };
        var index = new Option<string?>("--index") { Description = "Where the index goes. Default: IMAGE.index.", HelpName = "FILE" };
        var block = new Option<int>("--block-size")
        {
            Description = "Bytes of a block: a power of two from 4096 to 1048576.",
            DefaultValueFactory = _ => ImageIndexer.BlockBytes,
            HelpName = "BYTES",
        };
        var output = OutputOption.Create();
        var command = new Command("index", "Make the block index of an image: hosts that have one fetch only the blocks that they lack.") { image, index, block, output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(
            parsed,
            output,
            async (context, stop) =>
            {
                var path = Path.GetFullPath(parsed.GetValue(image)!);
                var made = await ImageIndexer.RunAsync(path, Path.GetFullPath(parsed.GetValue(index) ?? path + ImageIndexer.Suffix), parsed.GetValue(block), stop);
                Print(ImageIndexDocument.From(made, path), context);
                return ExitCode.Success;
            },
            cancellationToken));
        return command;
    }

    private static void Print(ImageIndexDocument made, CommandContext context)
    {
        if (context.Output == OutputFormat.Json)
        {
            context.Terminal.Out.WriteLine(JsonSerializer.Serialize(made, FrontDoorJson.Default.ImageIndexDocument));
            return;
        }

        context.Terminal.Out.Write(
            $$"""
            {{made.Index}}: {{Human.Count(made.Blocks)}} blocks of {{made.BlockSize}} bytes
            For the image's entry in index.json:
              "size": {{made.Size}},
              "content_sha256": "{{made.ContentSha256}}",
              "block_index": { "url": "{{Path.GetFileName(made.Index)}}", "sha256": "{{made.Sha256}}", "image": "{{Path.GetFileName(made.Image)}}" }

            """);
    }
}
