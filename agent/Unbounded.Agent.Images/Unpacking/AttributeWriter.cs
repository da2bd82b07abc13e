using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>Gives entries their owner, mode, extended attributes, ACLs and time, in the one order in which none undoes another.</summary>
internal sealed class AttributeWriter(string image, string root, UnpackLimits limits, DeferredAttributes deferred)
{
    private static ReadOnlySpan<byte> DefaultAclName => "system.posix_acl_default"u8;

    private static ReadOnlySpan<byte> AccessAclName => "system.posix_acl_access"u8;

    /// <summary>To a file that was just written, and is still open.</summary>
    internal void Apply(TarEntry entry, EntryPath path, SafeFileHandle file)
    {
        CheckSize(entry);
        // The owner first: chown(2) clears setuid, setgid and capabilities. The time last: it is what the others change.
        Check(KernelData.SetOwner(file, new FileOwner(entry.Uid, entry.Gid)), "fchown", entry);
        Check(KernelData.SetMode(file, entry.Mode), "fchmod", entry);
        foreach (var (name, value) in entry.Attributes)
            CheckAttribute(KernelXattr.Set(file, name, value), entry, name, value);
        if (entry.AccessAcl is not null && AclOf(entry, entry.AccessAcl, path, isDefault: false) is { } acl)
            CheckAttribute(KernelXattr.Set(file, AccessAclName, acl), entry, AccessAclName, acl);
        Check(KernelData.SetModificationTime(file, entry.ModificationTime.Seconds, entry.ModificationTime.Nanoseconds), "futimens", entry);
    }

    /// <summary>To a link, device or pipe that was just made. A link has no mode.</summary>
    internal void Apply(TarEntry entry, EntryPath path, SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        ApplyCommon(entry, path, directory, name);
        Check(
            KernelAt.SetModificationTime(directory, name, entry.ModificationTime.Seconds, entry.ModificationTime.Nanoseconds), "utimensat", entry);
    }

    /// <summary>To a directory: its time and what its entries would inherit are applied at the end.</summary>
    internal void ApplyToDirectory(TarEntry entry, EntryPath path, SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        ApplyCommon(entry, path, directory, name);
        byte[]? defaultAcl = null;
        foreach (var attribute in entry.Attributes)
        {
            if (attribute.Key.AsSpan().SequenceEqual(DefaultAclName))
                defaultAcl = attribute.Value;
        }

        if (entry.DefaultAcl is not null)
            defaultAcl = AclOf(entry, entry.DefaultAcl, path, isDefault: true) ?? defaultAcl;
        Check(KernelAt.GetStatus(directory, name, out var status), "statx", entry);
        deferred.Add(path.Full, entry.ModificationTime, defaultAcl, status);
    }

    /// <summary>What was deferred, once nothing else will be written.</summary>
    internal void Finish(DirectoryCache directories) => deferred.Apply(directories, this);

    internal void CheckAttribute(int errno, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> name, int size)
    {
        if (errno != 0)
            throw UnpackError.Attribute(errno, image, entry, name, size, root);
    }

    private void ApplyCommon(TarEntry entry, EntryPath path, SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        CheckSize(entry);
        Check(KernelAt.SetOwner(directory, name, new FileOwner(entry.Uid, entry.Gid)), "fchownat", entry);
        if (entry.Type != TarEntryType.SymbolicLink)
            Check(KernelAt.SetMode(directory, name, entry.Mode), "fchmodat", entry);
        foreach (var (attribute, value) in entry.Attributes)
        {
            if (!attribute.AsSpan().SequenceEqual(DefaultAclName))
                CheckAttribute(KernelXattr.Set(directory, name, attribute, value), entry, attribute, value);
        }

        if (entry.AccessAcl is not null && AclOf(entry, entry.AccessAcl, path, isDefault: false) is { } acl)
            CheckAttribute(KernelXattr.Set(directory, name, AccessAclName, acl), entry, AccessAclName, acl);
    }

    /// <summary>The ACL as the kernel takes it; null when it has names, which are looked up at the end in the image's own user database.</summary>
    private byte[]? AclOf(TarEntry entry, byte[] text, EntryPath path, bool isDefault)
    {
        var acl = PosixAcl.TryParse(text)
            ?? throw UnpackError.Refused(
                ImageErrors.InvalidAcl, image, entry.Name, $"its ACL {EntryName.Escape(text)} can't be understood", "Have the image made again with GNU tar.");
        if (!acl.HasNames)
            return acl.ToBytes();
        deferred.Add(path.Full, acl, isDefault);
        return null;
    }

    /// <summary>An ACL whose names were not in the image.</summary>
    internal AgentException UnknownName(ReadOnlySpan<byte> entry, string name) => UnpackError.Refused(
        ImageErrors.InvalidAcl,
        image,
        entry,
        $"its ACL names '{name}', which is not in the image's /etc/passwd or /etc/group",
        "Have the image made with numeric ids: tar --numeric-owner.");

    private void CheckSize(TarEntry entry)
    {
        if (entry.Attributes.Count == 0)
            return;
        if (entry.Attributes.Count > limits.Attributes)
            throw UnpackError.TooMuch(ImageErrors.AttributesTooLarge, image, entry.Name, $"it has more than {limits.Attributes} extended attributes");
        long bytes = 0;
        foreach (var (name, value) in entry.Attributes)
            bytes += name.Length + value.Length;
        if (bytes > limits.AttributeBytes)
            throw UnpackError.TooMuch(ImageErrors.AttributesTooLarge, image, entry.Name, $"its extended attributes have more than {limits.AttributeBytes} bytes");
    }

    private void CheckAttribute(int errno, TarEntry entry, ReadOnlySpan<byte> name, byte[] value)
    {
        if (errno != 0)
            CheckAttribute(errno, entry.Name, name, value.Length);
    }

    private void Check(int errno, string call, TarEntry entry)
    {
        if (errno != 0)
            throw UnpackError.Kernel(errno, call, image, entry.Name, root);
    }
}
