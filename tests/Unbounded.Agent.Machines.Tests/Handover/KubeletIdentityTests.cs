using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Handover;

public sealed class KubeletIdentityTests : IDisposable
{
    private static readonly SlotName One = new("kube1");
    private static readonly SlotName Two = new("kube2");
    private readonly TemporaryRoot _root = new();
    private readonly KubeletIdentity _identity;

    public KubeletIdentityTests() => _identity = new KubeletIdentity(_root.Paths);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Copy_Certificate_IsUsableInTheOtherSlot()
    {
        GiveCertificate(One, "2026", "old");

        _identity.Copy(One, Two);

        Assert.True(_identity.HasCertificate(Two));
        Assert.Equal("old", File.ReadAllText(Path.Combine(_root.Paths.Identity(Two), "kubelet-client-2026.pem")));
    }

    [Fact]
    public void Copy_Key_IsReadableByRootAlone()
    {
        GiveCertificate(One, "2026", "old");

        _identity.Copy(One, Two);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(_root.Paths.Identity(Two), "kubelet-client-2026.pem")));
    }

    [Fact]
    public void Copy_NewKubeletRotates_OldSlotKeepsItsOwn()
    {
        GiveCertificate(One, "2026", "old");
        _identity.Copy(One, Two);

        GiveCertificate(Two, "2027", "new");

        Assert.Equal("/var/lib/kubelet/pki/kubelet-client-2026.pem", LinkOf(One));
        Assert.False(File.Exists(Path.Combine(_root.Paths.Identity(One), "kubelet-client-2027.pem")));
    }

    [Fact]
    public void Copy_LinkOutOfTheDirectory_IsNotCarriedOver()
    {
        GiveCertificate(One, "2026", "old");
        File.CreateSymbolicLink(Path.Combine(_root.Paths.Identity(One), "evil"), "/etc/shadow");

        _identity.Copy(One, Two);

        Assert.False(Path.Exists(Path.Combine(_root.Paths.Identity(Two), "evil")));
    }

    [Fact]
    public void Copy_NoCertificateYet_LeavesAnEmptyDirectory()
    {
        _identity.Copy(One, Two);

        Assert.Empty(Directory.GetFileSystemEntries(_root.Paths.Identity(Two)));
        Assert.False(_identity.HasCertificate(Two));
    }

    [Fact]
    public void Copy_FilesThatAreNoCertificates_DoNotStopIt()
    {
        GiveCertificate(One, "2026", "old");
        var directory = _root.Paths.Identity(One);
        File.WriteAllBytes(Path.Combine(directory, "large"), new byte[1024 * 1024 + 1]);
        Directory.CreateDirectory(Path.Combine(directory, "directory"));
        using (var opened = KernelFile.Open(directory, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            Assert.Equal(0, KernelAt.MakeNode(opened, "pipe"u8, FileKind.Fifo, UnixFileMode.UserRead, 0, 0));
        }

        _identity.Copy(One, Two);

        Assert.True(_identity.HasCertificate(Two));
        Assert.Equal(
            ["kubelet-client-2026.pem", "kubelet-client-current.pem"],
            Directory.GetFileSystemEntries(_root.Paths.Identity(Two)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Law16_Copy_LinkToAFileOfTheHost_CarriesNothingOfIt()
    {
        var secret = _root.Write("/secret", "secret");
        GiveCertificate(One, "2026", "old");
        File.CreateSymbolicLink(Path.Combine(_root.Paths.Identity(One), "kubelet.crt"), secret);

        _identity.Copy(One, Two);

        Assert.False(Path.Exists(Path.Combine(_root.Paths.Identity(Two), "kubelet.crt")));
    }

    [Fact]
    public void HasCertificate_PlainFileInPlaceOfTheLink_IsNone()
    {
        _identity.EnsureDirectory(One);
        File.WriteAllText(Path.Combine(_root.Paths.Identity(One), "kubelet-client-current.pem"), "");

        Assert.False(_identity.HasCertificate(One));
    }

    [Fact]
    public void HasCertificate_LinkToACertificateThatIsGone_IsNone()
    {
        GiveCertificate(One, "2026", "old");
        File.Delete(Path.Combine(_root.Paths.Identity(One), "kubelet-client-2026.pem"));

        Assert.False(_identity.HasCertificate(One));
    }

    [Fact]
    public void HasCertificate_LinkOutOfTheDirectory_IsNone()
    {
        _identity.EnsureDirectory(One);
        File.CreateSymbolicLink(Path.Combine(_root.Paths.Identity(One), "kubelet-client-current.pem"), "/etc/passwd");

        Assert.False(_identity.HasCertificate(One));
    }

    [Fact]
    public void Clear_EarlierIdentity_IsForgotten()
    {
        GiveCertificate(One, "2026", "old");

        _identity.Clear(One);

        Assert.False(_identity.HasCertificate(One));
        Assert.Empty(Directory.GetFileSystemEntries(_root.Paths.Identity(One)));
    }

    [Fact]
    public void EnsureDirectory_New_IsForRootAlone()
    {
        _identity.EnsureDirectory(One);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_root.Paths.Identity(One)));
    }

    [Fact]
    public void Sync_WhateverIsThere_IsNoError()
    {
        _identity.Sync(Two);
        GiveCertificate(One, "2026", "old");
        File.CreateSymbolicLink(Path.Combine(_root.Paths.Identity(One), "dangling"), "/none");

        _identity.Sync(One);
    }

    private void GiveCertificate(SlotName slot, string name, string content)
    {
        var directory = _root.Paths.Identity(slot);
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, $"kubelet-client-{name}.pem"), content);
        var link = Path.Combine(directory, "kubelet-client-current.pem");
        File.Delete(link);
        File.CreateSymbolicLink(link, $"/var/lib/kubelet/pki/kubelet-client-{name}.pem");
    }

    private string? LinkOf(SlotName slot) => new FileInfo(Path.Combine(_root.Paths.Identity(slot), "kubelet-client-current.pem")).LinkTarget;
}
