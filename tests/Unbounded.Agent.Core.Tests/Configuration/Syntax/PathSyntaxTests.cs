using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Tests.Configuration.Syntax;

public sealed class PathSyntaxTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/srv")]
    [InlineData("/srv/data-1/x.y_z")]
    [InlineData("/srv/...")]
    [InlineData("/srv/ä")]
    public void Absolute_Clean_HasNoProblem(string path) => Assert.Null(PathSyntax.Absolute(path));

    [Theory]
    [InlineData("")]
    [InlineData("srv")]
    [InlineData("./srv")]
    [InlineData("//srv")]
    [InlineData("/srv/")]
    [InlineData("/srv//data")]
    [InlineData("/srv/./data")]
    [InlineData("/srv/../etc")]
    [InlineData("/..")]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a\nBindReadOnly=/etc")]
    [InlineData("/a\r")]
    [InlineData("/a\0b")]
    [InlineData("/a\u2028b")]
    [InlineData("/a\u0085b")]
    [InlineData("/a\u00a0b")]
    [InlineData("/a:b")]
    [InlineData("/a\\x2fb")]
    [InlineData("/a\"b")]
    [InlineData("/a'b")]
    [InlineData("/a%h")]
    [InlineData("/a$HOME")]
    public void Absolute_Trick_IsRefused(string path) => Assert.NotNull(PathSyntax.Absolute(path));

    [Fact]
    public void Absolute_Lengths_AreBounded()
    {
        var segment = "/" + new string('a', 255);
        Assert.Null(PathSyntax.Absolute(segment));
        Assert.NotNull(PathSyntax.Absolute(segment + "a"));
        Assert.NotNull(PathSyntax.Absolute(string.Concat(Enumerable.Repeat("/a", 2048))));
    }

    [Theory]
    [InlineData("/dev/kvm", true)]
    [InlineData("/dev/dri/renderD128", true)]
    [InlineData("/dev", false)]
    [InlineData("/devices/x", false)]
    [InlineData("/dev/../etc", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("/dev/sda rwm\nDeviceAllow=/dev/mem", false)]
    public void Device_IsBelowDev(string path, bool valid) => Assert.Equal(valid, PathSyntax.Device(path) is null);

    [Theory]
    [InlineData("/mnt/data", true)]
    [InlineData("/sys/fs/bpf", true)]
    [InlineData("/var/lib/kubelet/plugins", true)]
    [InlineData("/etc/kubernetes/manifests", true)]
    [InlineData("/runners", true)]
    [InlineData("/run/unbounded", false)]
    [InlineData("/run/unbounded/active", false)]
    [InlineData("/run", false)]
    [InlineData("/", false)]
    [InlineData("/var", false)]
    [InlineData("/var/lib/kubelet", false)]
    [InlineData("/proc", false)]
    [InlineData("/dev", false)]
    [InlineData("/usr", false)]
    [InlineData("/etc/systemd", false)]
    public void Law11_MountTarget_HidesNothingTheMachineNeeds(string path, bool valid) => Assert.Equal(valid, PathSyntax.MountTarget(path) is null);

    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/ab", "/a", false)]
    [InlineData("/a", "/", true)]
    public void IsAtOrBelow_ComparesWholeNames(string path, string directory, bool expected) => Assert.Equal(expected, PathSyntax.IsAtOrBelow(path, directory));
}
