using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Machines.Rootfs;

namespace Unbounded.Agent.Machines.Tests.Rootfs;

public class ContainerdUnitTests
{
    [Theory]
    [InlineData("ExecStartPre=-/sbin/modprobe overlay")]
    [InlineData("ExecStartPre=/usr/sbin/modprobe -a overlay br_netfilter")]
    [InlineData("ExecStartPre=-/sbin/modprobe overlay\nExecStartPre=-/sbin/modprobe br_netfilter")]
    public void WithoutModules_UnitThatLoadsModules_IsToldNotTo(string commands)
    {
        var file = Assert.Single(In("/lib/systemd/system", commands));

        Assert.Equal("/etc/systemd/system/containerd.service.d/00-unbounded-modules.conf", file.Path);
        Assert.EndsWith("[Service]\nExecStartPre=\n", file.Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ExecStartPre=/usr/local/bin/make-ready")]
    [InlineData("ExecStartPre=-/sbin/modprobe overlay\nExecStartPre=/usr/local/bin/make-ready")]
    [InlineData("ExecStartPre=-/sbin/modprobe overlay\n  ExecStartPre=/usr/local/bin/make-ready")]
    [InlineData("ExecStartPre=-/sbin/modprobe overlay; rm -rf /x")]
    [InlineData("ExecStartPre=-/sbin/modprobe zfs")]
    [InlineData("ExecStartPre=-/sbin/modprobe \\\n overlay")]
    [InlineData("ExecStartPre=")]
    [InlineData("")]
    public void WithoutModules_UnitThatDoesAnythingElse_IsLeftAlone(string commands) =>
        Assert.Empty(In("/usr/lib/systemd/system", commands));

    [Fact]
    public void WithoutModules_NoUnit_IsNothing() => Assert.Empty(ContainerdUnit.WithoutModules((_, _) => null));

    [Fact]
    public void WithoutModules_UnitThatCantBeRead_IsLeftAlone() =>
        Assert.Empty(ContainerdUnit.WithoutModules((_, _) => throw new AgentException(Linux.LinuxErrors.FileTooLarge, "x", "y", "z")));

    [Fact]
    public void WithoutModules_UnitOfTheAdministratorsBesideThePackages_IsTheOneThatCounts() =>
        Assert.Empty(ContainerdUnit.WithoutModules((path, _) => Unit(
            path.StartsWith("/etc/", StringComparison.Ordinal) ? "ExecStartPre=/usr/local/bin/make-ready" : "ExecStartPre=-/sbin/modprobe overlay")));

    private static IEnumerable<Layout.RootFile> In(string directory, string commands) =>
        ContainerdUnit.WithoutModules((path, _) => path == $"{directory}/containerd.service" ? Unit(commands) : null);

    private static byte[] Unit(string commands) =>
        Encoding.UTF8.GetBytes($"[Unit]\nAfter=network.target\n\n[Service]\n{commands}\nExecStart=/usr/bin/containerd\n");
}
