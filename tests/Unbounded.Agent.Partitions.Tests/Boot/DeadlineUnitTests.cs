using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Boot.SystemdBoot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Boot.Grub;
using Unbounded.Agent.Partitions.Tests.Boot.RaspberryPi;
using Unbounded.Agent.Partitions.Tests.Boot.SystemdBoot;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot;

/// <summary>What the deadline's unit of the disk image asks before it reboots a machine, over what the agent writes for each boot loader.</summary>
public sealed class DeadlineUnitTests : IDisposable
{
    private static readonly SlotName A = SlotTable.Names[0];
    private static readonly SlotName B = SlotTable.Names[1];
    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("grub", "grubenv", "/boot/efi/grub/grubenv")]
    [InlineData("systemd-boot", "loader/loader.conf", "/boot/efi/loader/loader.conf")]
    [InlineData("grub", "grubenv", "/boot/grub/grubenv")]
    [InlineData("systemd-boot", "loader/loader.conf", "/efi/loader/loader.conf")]
    [InlineData("systemd-boot", "loader/loader.conf", "/boot/loader/loader.conf")]
    [InlineData("rpi", "autoboot.txt", "/boot/firmware/autoboot.txt")]
    public async Task Condition_WithTheLoadersFile_IsThatASlotIsOnTrial(string kind, string name, string place)
    {
        FatBootHost host = kind switch { "grub" => new GrubHost(), "rpi" => new RaspberryPiHost(), _ => new SystemdBootHost() };
        (Func<BootState, BootState> Change, bool OnTrial)[] course =
        [
            (s => s, false), (s => s.WithBootable(B), false), (s => s.WithTrial(B), true), (s => s.WithCommitted(B), false), (s => s.WithTrial(A), true), (s => s.WithCommitted(B), false),
        ];
        foreach (var (change, onTrial) in course)
        {
            await host.Environment.WriteAsync(change(await host.Environment.ReadAsync(CancellationToken.None)));
            Put(place, host.Image.Read(name)!);

            // As it was booted: what was said then is over where the file says something else by now.
            Assert.Equal(onTrial, Holds("quiet unbounded.slot=B unbounded.trial panic=10"));
            Assert.Equal(onTrial, Holds("quiet unbounded.slot=B panic=10"));
        }
    }

    [Theory]
    [InlineData("ro unbounded.slot=B unbounded.trial panic=10", true)]
    [InlineData("unbounded.trial", true)]
    [InlineData("ro unbounded.slot=B panic=10", false)]
    [InlineData("ro not.unbounded.trials", false)]
    [InlineData("", false)]
    public void Condition_WithoutAnyFile_IsWhatTheLoaderToldTheKernel(string commandLine, bool onTrial)
    {
        Assert.Equal(onTrial, Holds(commandLine));

        // Nor does one count that is empty, damaged, or another program's.
        foreach (var content in new[] { "", "boot_succe", "# GRUB Environment Block\nsaved_entry=0\n" })
        {
            Put("/boot/efi/grub/grubenv", Encoding.ASCII.GetBytes(content));
            Assert.Equal(onTrial, Holds(commandLine));
        }
    }

    [Fact]
    public void Word_OnTheCommandLine_IsTheOneThatBothLoadersAreGiven()
    {
        const string word = "unbounded.trial";

        Assert.Contains(word, Unit(), StringComparison.Ordinal);
        Assert.Contains($"set trial=\"{word}\"", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "disk", "grub.cfg")), StringComparison.Ordinal);
        Assert.Contains("options " + word + "\n", Encoding.ASCII.GetString(BootEntries.TrialOf("title B\n"u8)), StringComparison.Ordinal);
    }

    // As systemd reads it: lines joined, $$ for $. Everything that it looks at is below this test's directory.
    private bool Holds(string commandLine)
    {
        Put("/proc/cmdline", Encoding.ASCII.GetBytes(commandLine + "\n"));
        const string begin = "ExecCondition=/bin/sh -c '";
        var unit = Unit().Replace("\\\n", " ", StringComparison.Ordinal);
        var line = unit.Split('\n').Single(l => l.StartsWith("ExecCondition=", StringComparison.Ordinal));
        Assert.StartsWith(begin, line, StringComparison.Ordinal);
        var script = line[begin.Length..^1].Replace("$$", "$", StringComparison.Ordinal)
            .Replace(" /boot/", $" {_root.Path}/boot/", StringComparison.Ordinal).Replace(" /efi/", $" {_root.Path}/efi/", StringComparison.Ordinal).Replace(" /proc/", $" {_root.Path}/proc/", StringComparison.Ordinal);
        var (code, output, error) = Tool.TryRun("/bin/sh", "-c", script);
        Assert.Equal("", output + error);
        // 1 to 254 is a condition that does not hold (systemd.service(5)); with files that are missing grep says 2.
        return code switch { 0 => true, 1 or 2 => false, _ => throw new InvalidOperationException($"{script} ended with {code}") };
    }

    private void Put(string place, byte[] content)
    {
        var path = _root.Path + place;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    private static string Unit() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "units", "unbounded-update-deadline.service"));
}
