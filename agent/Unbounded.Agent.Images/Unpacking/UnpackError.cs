using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>The coded errors of writing a tree. Each names the entry, escaped.</summary>
internal static class UnpackError
{
    private const string DontUse = "Don't use this image: no tool makes such an entry by accident. Get one from a source you trust.";
    private const string RaiseLimit = "If the image is right, make it smaller; it asks for many times what a node image needs.";

    internal static AgentException Unsafe(ErrorCode code, string image, ReadOnlySpan<byte> entry, string why) =>
        Refused(code, image, entry, why, DontUse);

    internal static AgentException TooMuch(ErrorCode code, string image, ReadOnlySpan<byte> entry, string why) =>
        Refused(code, image, entry, why, RaiseLimit);

    internal static AgentException Refused(ErrorCode code, string image, ReadOnlySpan<byte> entry, string why, string next) =>
        new(code, $"{image} was refused at the entry {EntryName.Escape(entry)}", why, next);

    internal static AgentException Kernel(int errno, string call, string image, ReadOnlySpan<byte> entry, string root) =>
        KernelError.From(errno, call, $"The entry {EntryName.Escape(entry)} of {image} could not be written", root);
}
