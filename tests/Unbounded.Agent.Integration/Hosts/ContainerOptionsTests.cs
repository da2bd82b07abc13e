using Unbounded.Agent.TestHost.Containers;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Hosts;

/// <summary>What a builder's calls make of a container.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class ContainerOptionsTests
{
    [Fact]
    public async Task Build_MountsAndSurroundings_AreAsDescribed()
    {
        var directory = Directory.CreateTempSubdirectory("unbounded-bind-");
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "file"), "bound");
        await using var container = Describe()
            .WithBindMount(directory.FullName, "/bound", AccessMode.ReadOnly)
            .WithTmpfsMount("/scratch", "size=1m")
            .WithEnvironment("COLOUR", "deep blue")
            .WithHostname("sleeper")
            .Build();

        await container.StartAsync();

        Assert.Equal("bound", (await container.ExecAsync(["cat", "/bound/file"])).Stdout);
        Assert.NotEqual(0, (await container.ExecAsync(["touch", "/bound/other"])).ExitCode);
        Assert.Contains("size=1024k", (await container.ExecAsync(["grep", " /scratch tmpfs", "/proc/mounts"])).Stdout, StringComparison.Ordinal);
        Assert.Equal("deep blue\n", (await container.ExecAsync(["printenv", "COLOUR"])).Stdout);
        Assert.Equal("sleeper\n", (await container.ExecAsync(["uname", "-n"])).Stdout);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Build_WithoutNetwork_HasLoopbackAlone()
    {
        await using var container = Describe().Build();

        await container.StartAsync();

        Assert.Equal("lo\n", (await container.ExecAsync(["ls", "/sys/class/net"])).Stdout);
    }

    // podman starts no unprivileged container on a machine without CAP_SYS_RESOURCE: crun raises RLIMIT_MEMLOCK for its device filter
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Build_Privileged_DecidesWhetherAMountIsAllowed(bool privileged)
    {
        await using var container = Describe().WithPrivileged(privileged).Build();

        await container.StartAsync();

        Assert.Equal(privileged, (await container.ExecAsync(["mount", "-t", "tmpfs", "none", "/mnt"])).ExitCode == 0);
    }

    [Fact]
    public async Task StopAsync_DeafProcess_IsKilledAfterItsTime()
    {
        await using var container = Describe().WithStopTimeout(TimeSpan.FromSeconds(1)).Build();
        await container.StartAsync();

        await container.StopAsync();

        Assert.Equal(137, await container.GetExitCodeAsync());
    }

    // PID 1 takes only the signals it handles, and sleep handles none
    private static ContainerBuilder Describe() => new ContainerBuilder()
        .WithImage($"localhost/unbounded-agent/test-host:{Suites.Selected.First()[0]}")
        .WithCommand("sleep", "infinity")
        .WithLabel(Owner.Label, Owner.Current.ToString())
        .WithPrivileged(true)
        .WithStopTimeout(TimeSpan.FromSeconds(1));
}
