using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Reads whole files up to a limit: nothing from outside may fill memory (law 16).</summary>
public static class BoundedFile
{
    /// <summary>Reads a whole regular file.</summary>
    /// <param name="path">The file; a symbolic link is followed.</param>
    /// <param name="limit">The largest size accepted, bytes.</param>
    /// <param name="cancellationToken">Stops it before it starts.</param>
    /// <exception cref="AgentException">It is missing, larger than the limit, no regular file, or can't be read.</exception>
    public static Task<byte[]> ReadAsync(string path, int limit, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read(path, limit), cancellationToken);

    /// <summary>As <see cref="ReadAsync"/>, but null when nothing is at the path.</summary>
    /// <exception cref="AgentException">It is larger than the limit, no regular file, or can't be read.</exception>
    public static Task<byte[]?> TryReadAsync(string path, int limit, CancellationToken cancellationToken = default) =>
        Task.Run(() => TryRead(path, limit), cancellationToken);

    /// <summary>As <see cref="ReadAsync"/>, on this thread.</summary>
    /// <exception cref="AgentException">It is missing, larger than the limit, no regular file, or can't be read.</exception>
    public static byte[] Read(string path, int limit) =>
        TryRead(path, limit) ?? throw KernelError.From(Errno.ENOENT, "open", $"{path} could not be read", path);

    /// <summary>As <see cref="TryReadAsync"/>, on this thread.</summary>
    /// <exception cref="AgentException">It is larger than the limit, no regular file, or can't be read.</exception>
    public static byte[]? TryRead(string path, int limit)
    {
        // NonBlock: a named pipe without a writer would hold the caller forever.
        var errno = KernelFile.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.NonBlock, UnixFileMode.None, out var file);
        if (errno == Errno.ENOENT)
            return null;
        if (errno != 0)
            throw KernelError.From(errno, "open", $"{path} could not be read", path);
        using (file)
            return ReadOpened(file!, path, limit);
    }

    /// <summary>Reads a file that is open already, from its position on.</summary>
    internal static byte[] ReadOpened(SafeFileHandle file, string path, int limit)
    {
        var status = FileStatus.Get(file, path);
        if (status.Type != FileKind.Regular)
            throw new AgentException(LinuxErrors.WrongFileType, $"{path} could not be read", $"it is no regular file ({status.Type})", "Put a regular file there.");
        if (status.Size > limit)
            throw TooLarge(path, limit);
        // The size is a hint: /proc says 0, and a file can grow while it is read.
        var content = new byte[Math.Min(limit, Math.Max(status.Size, 4096)) + 1];
        var length = 0;
        while (true)
        {
            var read = KernelFile.Read(file, content.AsSpan(length), path);
            length += read;
            if (length > limit)
                throw TooLarge(path, limit);
            if (read == 0)
                return content.AsSpan(0, length).ToArray();
            if (length == content.Length)
                Array.Resize(ref content, (int)Math.Min((long)limit + 1, content.Length * 2L));
        }
    }

    private static AgentException TooLarge(string path, int limit) => new(
        LinuxErrors.FileTooLarge, $"{path} was not read", $"it is larger than {limit} bytes", "See what wrote it; a file of its kind is never so large.");
}
