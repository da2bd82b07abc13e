using System.CommandLine;
using Unbounded.Agent.Cli;

namespace Unbounded.Agent.Commands.Image;

/// <summary><c>image</c>: what a publisher does with an image before hosts update to it.</summary>
internal static class ImageCommand
{
    public static Command Create(CommandRunner runner) => new("image", "Prepare and publish images that hosts with two system partitions update to.")
    {
        ImageIndexCommand.Create(runner),
        ImagePushCommand.Create(runner),
    };
}
