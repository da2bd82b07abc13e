using System.Diagnostics;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Layout;

/// <summary>What the daemon's unit and its drop-ins allow, against what the boot environments write.</summary>
public sealed class ShippedUnitTests : IDisposable
{
    private const string Unit = "unbounded-agent-daemon.service";
    private const string Updates = $"{Unit}.d/updates.conf";
    private const string SystemdBoot = $"{Unit}.d/updates-systemd-boot.conf";

    private readonly TempDirectory _directory = new();

    public static TheoryData<string> Written
    {
        get
        {
            var paths = new PartitionPaths();
            return
            [
                paths.Boot,
                paths.BiosBoot,
                paths.Firmware,
                paths.Notes,
                paths.Work,
                .. paths.Loader,
                .. paths.Loader.Select(l => $"{Path.GetDirectoryName(l)}/unbounded"),
            ];
        }
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Written))]
    public void Unit_OfAHostThatUpdatesItself_LetsEveryBootEnvironmentBeWritten(string path)
    {
        var allowed = Values("ReadWritePaths", Unit, Updates).SelectMany(v => v.Split(' ')).Select(v => v.TrimStart('-')).ToList();

        Assert.Contains(allowed, a => path == a || path.StartsWith(a + "/", StringComparison.Ordinal));
    }

    // systemd does not start a unit of which such a path is missing, and the root of such a host is read-only: what it may lack is marked.
    [Fact]
    public void Unit_OfAHostThatUpdatesItself_DemandsNoPathThatItsImageMayLack() => Assert.Equal(
        ["/var/lib/unbounded", "/run"],
        Values("ReadWritePaths", Unit, Updates).SelectMany(v => v.Split(' ')).Where(v => !v.StartsWith('-')));

    [Fact]
    public void Unit_OfAHostThatUpdatesItself_MayOpenPartitionsAndNoOtherMay()
    {
        Assert.Contains("block-* rw", Values("DeviceAllow", Unit, Updates));
        Assert.DoesNotContain("block-* rw", Values("DeviceAllow", Unit));
        Assert.Equal(["/var/lib/unbounded"], Values("RequiresMountsFor", Updates));
    }

    // A kernel is copied out of a slot that is mounted for the moment.
    [Fact]
    public void Unit_WithSystemdBoot_MayMountAndNoOtherMay()
    {
        Assert.Contains("@mount", Values("SystemCallFilter", Unit, Updates, SystemdBoot));
        Assert.Contains("CAP_SYS_ADMIN", Values("CapabilityBoundingSet", SystemdBoot));
        Assert.DoesNotContain("@mount", Values("SystemCallFilter", Unit, Updates));
        Assert.DoesNotContain(Values("CapabilityBoundingSet", Unit, Updates), v => v.Contains("CAP_SYS_ADMIN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Unit)]
    [InlineData(Unit, Updates)]
    [InlineData(Unit, Updates, SystemdBoot)]
    public void Unit_WithItsDropIns_IsUnderstoodBySystemd(params string[] files)
    {
        Directory.CreateDirectory(_directory.File($"{Unit}.d"));
        foreach (var file in files)
        {
            // The program is not installed here.
            File.WriteAllText(_directory.File(file), File.ReadAllText(Shipped(file)).Replace("ExecStart=/usr/local/bin/unbounded-agent daemon", "ExecStart=/bin/true", StringComparison.Ordinal));
        }

        Assert.Equal("", Verify());
        File.AppendAllText(_directory.File(files[^1]), "[Service]\nNonsense=1\n");
        Assert.Contains("Nonsense", Verify(), StringComparison.Ordinal);
    }

    private string Verify()
    {
        using var process = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", _directory.File(Unit)])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return said;
    }

    // As systemd reads them: an empty value takes back all that came before it.
    private static List<string> Values(string key, params string[] files)
    {
        var values = files.SelectMany(f => File.ReadLines(Shipped(f))).Where(l => l.StartsWith(key + "=", StringComparison.Ordinal)).Select(l => l[(key.Length + 1)..]).ToList();
        return values[(values.LastIndexOf("") + 1)..];
    }

    private static string Shipped(string name) => Path.Combine(AppContext.BaseDirectory, "units", name);
}
