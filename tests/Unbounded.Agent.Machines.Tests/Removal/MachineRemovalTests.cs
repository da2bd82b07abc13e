using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Removal;
using Unbounded.Agent.Machines.Slots;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Removal;

/// <summary>What is removed is the agent's: a machine that only has a slot's name is not.</summary>
public sealed class MachineRemovalTests : IDisposable
{
    private static readonly HostFacts Unknown = new(Ancestor: false, Recorded: false);
    private static readonly HostFacts Recorded = new(Ancestor: false, Recorded: true);
    private static readonly HostFacts Ancestor = new(Ancestor: true, Recorded: false);
    private readonly TemporaryRoot _root = new();
    private readonly FakeSystemd _host = new();
    private readonly MachineRemoval _removal;

    public MachineRemovalTests()
    {
        var machines = new MachineService(_host, TimeProvider.System);
        _removal = new MachineRemoval(Paths, Targets.Both, _host, machines, new SlotRemover(Paths, _host, machines));
    }

    private MachinePaths Paths => _root.Paths;

    private string Content => $"{Paths.MachineRoot(Targets.One)}/etc/os-release";

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task FindForeignAsync_EmptyHost_IsNothing() => Assert.Empty(await _removal.FindForeignAsync(default));

    [Fact]
    public async Task FindForeignAsync_MachineOfSomebodyElse_NamesAllOfIt()
    {
        SetUpMachine();

        var found = await _removal.FindForeignAsync(default);

        Assert.Equal([Paths.NspawnFile(Targets.One), Paths.DropIn(Targets.One), Paths.MachineRoot(Targets.One), Units.Machine(Targets.One)], found);
    }

    [Fact]
    public async Task FindForeignAsync_EmptyDirectory_IsNobodys()
    {
        Directory.CreateDirectory(Paths.MachineRoot(Targets.One));

        Assert.Empty(await _removal.FindForeignAsync(default));
    }

    [Fact]
    public async Task FindForeignAsync_LinkInTheRootsPlace_IsNamed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Paths.MachineRoot(Targets.Two))!);
        File.CreateSymbolicLink(Paths.MachineRoot(Targets.Two), "/somewhere/else");

        Assert.Equal([Paths.MachineRoot(Targets.Two)], await _removal.FindForeignAsync(default));
    }

    [Fact]
    public async Task FindForeignAsync_SlotOfTheAgent_IsNotForeign()
    {
        SetUpMachine();
        Directory.CreateDirectory(Paths.SlotDirectory(Targets.One));

        Assert.Empty(await _removal.FindForeignAsync(default));
    }

    [Fact]
    public async Task FindForeignAsync_RecordOfANode_NothingIsForeign()
    {
        SetUpMachine();
        Directory.CreateDirectory(Paths.AgentDirectory);
        await File.WriteAllTextAsync(Paths.Record, "{}");

        Assert.Empty(await _removal.FindForeignAsync(default));
    }

    [Fact]
    public async Task RemoveAsync_MachineOfSomebodyElse_StaysAndRuns()
    {
        SetUpMachine();
        Directory.CreateDirectory(Paths.Store);

        Assert.DoesNotContain(await _removal.DescribeAsync(Unknown, default), l => l.Contains("kube1", StringComparison.Ordinal));
        await _removal.RemoveAsync(Unknown, new Silent(), default);

        Assert.True(File.Exists(Content));
        Assert.True(File.Exists(Paths.NspawnFile(Targets.One)));
        Assert.True(File.Exists(Paths.DropIn(Targets.One)));
        Assert.True(_host.Unit(Units.Machine(Targets.One)).IsActive);
        Assert.False(Directory.Exists(Paths.Store));
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("ancestor")]
    [InlineData("slot directory")]
    [InlineData("record")]
    public async Task RemoveAsync_MachineThatIsTheAgents_Goes(string evidence)
    {
        SetUpMachine();
        if (evidence == "slot directory")
        {
            Directory.CreateDirectory(Paths.Upper(Targets.One));
        }
        else if (evidence == "record")
        {
            _root.Write("/var/lib/unbounded/agent/record.json", "{}");
        }

        var facts = evidence switch { "journal" => Recorded, "ancestor" => Ancestor, _ => Unknown };
        Assert.Contains("stop machine kube1", await _removal.DescribeAsync(facts, default));
        await _removal.RemoveAsync(facts, new Silent(), default);

        Assert.False(Directory.Exists(Paths.MachineRoot(Targets.One)));
        Assert.False(File.Exists(Paths.NspawnFile(Targets.One)));
        Assert.False(Directory.Exists(Paths.DropInDirectory(Targets.One)));
        Assert.False(_host.Unit(Units.Machine(Targets.One)).IsActive);
        Assert.Empty(await _removal.DescribeAsync(facts, default));
    }

    // Of writers and makers that died, and of which nothing else is left.
    [Fact]
    public async Task RemoveAsync_WhatWasHalfMade_Goes()
    {
        foreach (var path in (string[])[Paths.AppliedConfig(Targets.One), Paths.NspawnFile(Targets.Two), Paths.Marker(Targets.One), Paths.UpdateState])
        {
            _root.Write(Temporary(path)[_root.Path.Length..], "half");
        }

        foreach (var directory in (string[])[Paths.Store, Paths.SlotsDirectory, Paths.MarkerDirectory(Targets.Two), Paths.DropInDirectory(Targets.One)])
        {
            _root.Write($"{Temporary(directory)[_root.Path.Length..]}/made", "");
        }

        var link = Temporary(Paths.EnablementLink(Targets.One));
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, Units.MachineTemplate);

        await _removal.RemoveAsync(Recorded, new Silent(), default);

        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(_root.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }),
            p => p.EndsWith(".unbounded-tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RemoveAsync_OneSlotIsTheAgents_LeavesTheOtherAlone()
    {
        SetUpMachine();
        Directory.CreateDirectory(Paths.Upper(Targets.Two));
        _root.Write("/var/lib/machines/kube2/etc/os-release", "ID=node");
        _host.Unit(Units.Machine(Targets.Two));

        await _removal.RemoveAsync(Unknown, new Silent(), default);

        Assert.True(File.Exists(Content));
        Assert.False(Directory.Exists(Paths.MachineRoot(Targets.Two)));
    }

    private static string Temporary(string path) => $"{Path.GetDirectoryName(path)}/.{Path.GetFileName(path)}.unbounded-tmp";

    private void SetUpMachine()
    {
        _root.Write("/var/lib/machines/kube1/etc/os-release", "ID=somebodys");
        _root.Write("/etc/systemd/nspawn/kube1.nspawn", "[Exec]\n");
        _root.Write($"/etc/systemd/system/{Units.Machine(Targets.One)}.d/override.conf", "[Service]\n");
        _host.Running(Units.Machine(Targets.One));
        _host.Unit(Units.Machine(Targets.Two));
    }

    private sealed class Silent : IHostReport
    {
        public void Info(string message)
        {
        }

        public void Warn(string message)
        {
        }
    }
}
