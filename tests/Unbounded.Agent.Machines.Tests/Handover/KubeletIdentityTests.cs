using Unbounded.Agent.Core.Slots;
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
