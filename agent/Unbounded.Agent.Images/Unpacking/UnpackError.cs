using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>The coded errors of writing a tree. Each names the entry, escaped.</summary>
internal static class UnpackError
{
    private const int E2Big = 7;
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

    internal static AgentException DeviceNotAllowed(string image, ReadOnlySpan<byte> entry, FileKind kind, uint major, uint minor) => Refused(
        ImageErrors.DeviceNotAllowed,
        image,
        entry,
        $"it is a {(kind == FileKind.BlockDevice ? "block" : "character")} device {major}:{minor}, which an image may not bring",
        "Make the image without device nodes but the standard ones; the node's /dev is made when it starts.");

    internal static AgentException Attribute(int errno, string image, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> name, int size, string root)
    {
        // ext4 says "no space" when the attributes of one inode are too many, whatever the disk has left.
        var isRefused = errno is Errno.EOPNOTSUPP or Errno.EPERM or Errno.EINVAL or Errno.ERANGE or E2Big
            || (errno == Errno.ENOSPC && FileSystemUsage.Of(root) is { AvailableBytes: > 1 << 20, AvailableInodes: > 16 });
        return isRefused
            ? Refused(
                ImageErrors.AttributeRefused,
                image,
                entry,
                $"the file system does not take its extended attribute {EntryName.Escape(name)} of {size} bytes ({new ErrnoException("setxattr", errno).Message})",
                $"Put {root} on a file system that has extended attributes and ACLs (ext4, XFS, btrfs), and run as root.")
            : Kernel(errno, "setxattr", image, entry, root);
    }
}
