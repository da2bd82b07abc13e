using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Simulation.Files;

/// <summary>What a power cut does.</summary>
internal sealed partial class SimFileSystem
{
    private static readonly Outcome[] OfNames = [Outcome.Lost, Outcome.Kept];
    private static readonly Outcome[] OfContent = [Outcome.Lost, Outcome.Kept, Outcome.Torn, Outcome.Zeroed];

    /// <summary>Everything that a power cut at this instant may undo: changes of names in their order, then content.</summary>
    public IReadOnlyList<Unsynced> Unsynced() =>
    [
        .. _pending.Select(p => new Unsynced(() => p.Text, OfNames)),
        .. Dirty().Select(i => new Unsynced(() => $"content of {PathOf(i.Id)}", OfContent)),
    ];

    /// <summary>Power is lost. What is in memory is gone, and each unsynced write fares as it is told.</summary>
    /// <param name="outcomes">One for each of <see cref="Unsynced"/>; what is missing was lost.</param>
    public void PowerCut(IReadOnlyList<Outcome> outcomes)
    {
        var dirty = Dirty();
        var names = _pending.ToList();
        for (var i = 0; i < names.Count; i++)
        {
            if (i < outcomes.Count && outcomes[i] != Outcome.Lost)
            {
                Apply(names[i]);
            }
        }

        for (var i = 0; i < dirty.Count; i++)
        {
            var at = names.Count + i;
            var content = After(dirty[i], at < outcomes.Count ? outcomes[at] : Outcome.Lost);
            _inodes[dirty[i].Id] = dirty[i] with { Cached = content, Durable = content, SyncFailed = false };
        }

        _pending.Clear();
        _mounts.Clear();
        foreach (var inode in _inodes.Values.Where(i => i.Kind == FileKind.Directory).ToList())
        {
            _inodes[inode.Id] = inode with { Names = inode.DurableNames };
        }

        Collect();
        Fault = null;
    }

    private static byte[] After(Inode inode, Outcome outcome) => outcome switch
    {
        Outcome.Kept => inode.Cached,
        Outcome.Torn => inode.Cached[..(inode.Cached.Length / 2)],
        Outcome.Zeroed => new byte[inode.Cached.Length],
        _ => inode.Durable,
    };

    private List<Inode> Dirty()
    {
        var dirty = _inodes.Values.Where(i => i.Kind == FileKind.Regular && i.IsDirty).ToList();
        if (dirty.Count > 0)
        {
            // What has lost its last name matters no more, unless the name's loss may be undone.
            var named = new HashSet<int>(_pending.Where(p => p.Added is not null).Select(p => p.Added!.Value.Inode));
            foreach (var directory in _inodes.Values)
            {
                named.UnionWith(directory.Names.Values);
                named.UnionWith(directory.DurableNames.Values);
            }

            dirty.RemoveAll(i => !named.Contains(i.Id));
            dirty.Sort((one, other) => one.Id.CompareTo(other.Id));
        }

        return dirty;
    }

    private void Collect()
    {
        var alive = new HashSet<int>();
        Reach(RootId);
        foreach (var id in _inodes.Keys.Where(id => !alive.Contains(id)).ToList())
        {
            _inodes.Remove(id);
        }

        void Reach(int id)
        {
            if (alive.Add(id))
            {
                foreach (var child in _inodes[id].Names.Values)
                {
                    Reach(child);
                }
            }
        }
    }

    private string PathOf(int id)
    {
        foreach (var directory in _inodes.Values)
        {
            foreach (var (name, child) in directory.Names)
            {
                if (child == id)
                {
                    return directory.Id == RootId ? $"/{name}" : $"{PathOf(directory.Id)}/{name}";
                }
            }
        }

        return $"file {id}";
    }
}
