using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot;

/// <summary>A host whose boot loader keeps its files on a FAT file system.</summary>
internal abstract class FatBootHost : IBootHost
{
    private readonly List<Moment> _moments = [];
    private int _from;
    private Moment _base;

    protected FatBootHost() => Files = new(Image, Mount);

    public abstract IBootEnvironment Environment { get; }

    public abstract int Trials { get; }

    public abstract bool HasForeign { get; }

    public abstract ErrorCode Unusable { get; }

    public AgentException? Failure
    {
        set => Files.Failure = value;
    }

    public IReadOnlyList<object> Moments => [.. States().Cast<object>()];

    public FatImage Image { get; } = new();

    protected static string Mount => "/boot";

    protected FatBootFiles Files { get; }

    /// <summary>What is in memory, and lost with the power.</summary>
    protected virtual bool Memory
    {
        get => false;
        set => Assert.False(value);
    }

    /// <summary>The files, the deciding one first.</summary>
    protected abstract IReadOnlyList<string> Names { get; }

    public void Watch()
    {
        _moments.Clear();
        _base = new(Image.Bytes, Memory);
        _from = Image.Written.Count;
    }

    public void GoTo(object moment)
    {
        var to = (Moment)moment;
        Image.Restore(to.Disk);
        Memory = to.Memory;
    }

    public SlotName LosePower()
    {
        Memory = false;
        return Reboot();
    }

    public abstract SlotName Reboot();

    public abstract void AddForeign();

    public void Damage(string how, bool all)
    {
        foreach (var name in all ? Names : Names.Take(1))
        {
            switch (how)
            {
                case "empty":
                    Image.Put(name, []);
                    break;
                case "missing":
                    Image.Delete(name);
                    break;
                default:
                    Image.Put(name, [.. Enumerable.Range(0, Image.Read(name)!.Length).Select(i => (byte)(i * 7))]);
                    break;
            }
        }
    }

    protected static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>Memory was changed: a moment of its own.</summary>
    protected void Remember() => _moments.Add(new(Image.Bytes, Memory, Image.Written.Count));

    // Each sector that was written is a moment; what changed in memory stands between those.
    private List<Moment> States()
    {
        var states = new List<Moment> { _base };
        var disk = (byte[])_base.Disk.Clone();
        var memory = _base.Memory;
        for (var at = _from; at <= Image.Written.Count; at++)
        {
            foreach (var change in _moments.Where(m => m.After == at))
                states.Add(new([.. disk], memory = change.Memory));
            if (at == Image.Written.Count)
                break;
            var (index, content) = Image.Written[at];
            content.CopyTo(disk, index * FatImage.Sector);
            states.Add(new([.. disk], memory));
        }

        return states;
    }

    private readonly record struct Moment(byte[] Disk, bool Memory, int After = 0);
}
