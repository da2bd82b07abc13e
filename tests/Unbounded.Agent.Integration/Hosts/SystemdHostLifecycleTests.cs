using Unbounded.Agent.TestHost.Containers;
using Unbounded.Agent.TestHost.Docker;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Hosts;

/// <summary>Reboots, power cuts, and what is left when a run ends well or badly.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class SystemdHostLifecycleTests
{
    public static IEnumerable<object[]> SelectedSuites => Suites.Selected;

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task RebootAsync_FilesAndRun_KeepsTheOneAndRenewsTheOther(string suite)
    {
        await using var host = await SystemdHosts.NewAsync(suite);
        await host.ShellAsync("touch /etc/kept /var/lib/kept /run/lost; mkdir -p /run/stop");
        await host.ShellAsync("systemd-run --quiet --unit=orderly --property=ExecStop='/usr/bin/touch /etc/stopped' sleep infinity");

        await host.RebootAsync();

        await host.ShellAsync("test -e /etc/kept -a -e /var/lib/kept -a -e /etc/stopped -a ! -e /run/lost");
        Assert.Equal("running", await host.RunAsync("systemctl", "is-system-running"));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task PowerCutAsync_ThenBoot_StopsNothingInOrder(string suite)
    {
        await using var host = await SystemdHosts.NewAsync(suite);
        await host.ShellAsync("echo kept >/var/lib/kept; systemd-run --quiet --unit=orderly --property=ExecStop='/usr/bin/touch /etc/stopped' sleep infinity");

        await host.PowerCutAsync();
        await host.BootAsync();

        await host.ShellAsync("test \"$(cat /var/lib/kept)\" = kept -a ! -e /etc/stopped");
        Assert.NotEqual("active", (await host.ExecAsync("systemctl", "is-active", "orderly")).Stdout.Trim());
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task DisposeAsync_AfterUse_LeavesNothing(string suite)
    {
        var host = await SystemdHosts.NewAsync(suite);
        var id = host.Container.Id;
        await host.ShellAsync("printf x >\"/var/lib/$(printf 'not-\\377-utf8')\"; mknod /var/lib/device c 1 3");

        await host.DisposeAsync();

        Assert.False(Directory.Exists(host.Directory.Root));
        using var client = new DockerClient(DockerEndpoint.Find());
        await Assert.ThrowsAsync<DockerApiException>(() => client.GetAsync($"/containers/{id}/json", CancellationToken.None));
    }

    [Fact]
    public async Task SweepAsync_OwnerDead_RemovesContainerAndDirectoryAndSparesTheLiving()
    {
        var suite = (string)Suites.Selected.First()[0];
        var dead = Owner.Current with { StartTicks = 1 };
        var lost = Sleeper(suite, dead);
        await using var kept = Sleeper(suite, Owner.Current);
        await lost.StartAsync();
        await kept.StartAsync();
        var directory = HostDirectory.Create($"crashed-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(Path.Combine(directory.Root, "owner"), dead.ToString());
        var living = HostDirectory.Create($"living-{Guid.NewGuid():N}");
        using var client = new DockerClient(DockerEndpoint.Find());

        await Leftovers.SweepAsync(client);

        await Assert.ThrowsAsync<DockerApiException>(() => client.GetAsync($"/containers/{lost.Id}/json", CancellationToken.None));
        Assert.Equal(0, (await kept.ExecAsync(["true"])).ExitCode);
        Assert.False(Directory.Exists(directory.Root));
        Assert.True(Directory.Exists(living.Root));
        await living.DeleteAsync();
    }

    [Fact]
    public async Task StartAsync_InitThatFails_SaysSoAndLeavesNothing()
    {
        var options = new SystemdHostOptions
        {
            Suite = (string)Suites.Selected.First()[0],
            Customize = container => container.WithCommand("/bin/sh", "-c", "echo no way; exit 9"),
        };
        var before = Directory.GetDirectories(HostDirectory.Parent);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => SystemdHost.StartAsync(options));

        Assert.Contains("exit code 9", error.Message, StringComparison.Ordinal);
        Assert.Contains("no way", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetDirectories(HostDirectory.Parent), d => IsOurs(d) && !before.Contains(d, StringComparer.Ordinal));
    }

    [Fact]
    public async Task StartAsync_NeverBoots_TimesOutWithTheConsole()
    {
        var options = new SystemdHostOptions
        {
            Suite = (string)Suites.Selected.First()[0],
            BootTimeout = TimeSpan.FromSeconds(5),
            Customize = container => container.WithCommand("/bin/sh", "-c", "echo stuck; exec sleep infinity"),
        };

        var error = await Assert.ThrowsAsync<TimeoutException>(() => SystemdHost.StartAsync(options));

        Assert.Contains("stuck", error.Message, StringComparison.Ordinal);
    }

    // another run may own directories of its own on this machine
    private static bool IsOurs(string directory)
        => File.Exists(Path.Combine(directory, "owner"))
            && Owner.Parse(File.ReadAllText(Path.Combine(directory, "owner"))) == Owner.Current;

    private static IContainer Sleeper(string suite, Owner owner) => new ContainerBuilder()
        .WithImage($"localhost/unbounded-agent/test-host:{suite}")
        .WithCommand("sleep", "infinity")
        .WithLabel(Owner.Label, owner.ToString())
        .WithPrivileged(true)
        .Build();
}
