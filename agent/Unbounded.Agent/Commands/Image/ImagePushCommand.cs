using System.CommandLine;
using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Images.Oci;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Output;
using Unbounded.Agent.Partitions.Publishing;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Image;

/// <summary><c>image push</c>: a version of a system, published as an artifact of a registry.</summary>
internal static class ImagePushCommand
{
    public static Command Create(CommandRunner runner)
    {
        var file = new Argument<string>("FILE") { Description = "The image: raw, or compressed with zstd, gzip or xz." };
        var raw = new Option<string?>("--raw") { Description = "The same image, not compressed: published with its block index, so that hosts fetch only what they lack.", HelpName = "FILE" };
        var target = new Argument<string>("REPOSITORY") { Description = "Where to: oci://HOST/REPOSITORY[:TAG]; without a tag it is VERSION-ARCHITECTURE." };
        var version = new Option<string>("--version") { Description = "Version of the system in the image.", HelpName = "VERSION", Required = true };
        var channel = new Option<string>("--channel") { Description = "Its channel.", HelpName = "NAME", DefaultValueFactory = _ => "stable" };
        var architecture = new Option<string>("--architecture") { Description = "Its processor architecture, this host's by default.", HelpName = "NAME", DefaultValueFactory = _ => Platform.Host.Architecture };
        var minimum = new Option<string?>("--minimum-version") { Description = "The oldest version that may be updated to it.", HelpName = "VERSION" };
        var key = new Option<string?>("--key") { Description = "The private key to sign it with, PEM; without one hosts take it by its digest only.", HelpName = "FILE" };
        var replace = new Option<bool>("--replace") { Description = "Put it in the place of another image with the same tag." };
        var output = OutputOption.Create();
        var command = new Command("push", "Publish a version of a system as an artifact of a registry.") { file, target, version, channel, architecture, minimum, raw, key, replace, output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output, async (context, stop) =>
        {
            var publication = new Publication
            {
                File = Path.GetFullPath(parsed.GetValue(file)!),
                Raw = parsed.GetValue(raw) is { } same ? Path.GetFullPath(same) : null,
                Version = parsed.GetValue(version)!,
                Channel = parsed.GetValue(channel)!,
                Architecture = parsed.GetValue(architecture)!,
                MinimumVersion = parsed.GetValue(minimum),
                PrivateKey = parsed.GetValue(key) is { } path ? Path.GetFullPath(path) : null,
                Replace = parsed.GetValue(replace),
            };
            Print(await PushAsync(RegistryReference.Parse(parsed.GetValue(target)!), publication, context, stop), context);
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static async Task<Published> PushAsync(RegistryReference target, Publication publication, CommandContext context, CancellationToken stop)
    {
        // A chunk on a slow line takes its time: who waits is the upload.
        using var http = new HttpClient(new RegistryAuthorization(RegistryCredentials.OfProcess(), new SocketsHttpHandler())) { Timeout = Timeout.InfiniteTimeSpan };
        using var view = ProgressViews.Create(context.Terminal, TimeProvider.System);
        var progress = new PublishProgress(view, $"publish {Path.GetFileName(publication.File)}");
        return await new ImagePublisher(http, TimeProvider.System).PushAsync(target, publication, progress, stop);
    }

    private static void Print(Published published, CommandContext context)
    {
        if (context.Output == OutputFormat.Json)
        {
            context.Terminal.Out.WriteLine(JsonSerializer.Serialize(published, FrontDoorJson.Default.Published));
            return;
        }

        context.Terminal.Out.WriteLine($"{published.Reference} is published{(published.IsSent ? "" : "; the registry had the image already")}");
        context.Terminal.Out.WriteLine($"  {Human.Bytes(published.FileBytes)}, expanded {Human.Bytes(published.SizeBytes)}, {published.FileDigest}");
        context.Terminal.Out.WriteLine(published.IsSigned
            ? "  signed; a host takes it with server = oci://HOST/REPOSITORY and pubkey"
            : $"  not signed; a host takes it with server = {published.Pinned}");
    }
}
