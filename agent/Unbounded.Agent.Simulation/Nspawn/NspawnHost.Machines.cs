using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>What systemd and nspawn do with the files that the agent wrote.</summary>
internal sealed partial class NspawnHost
{
    private static readonly TimeSpan BootTime = TimeSpan.FromMilliseconds(500);

    /// <summary>The slot that a unit of the host belongs to, and whether it is the mount of its root.</summary>
    public (SimSide Side, bool IsMount)? Find(string unit)
    {
        foreach (var side in Sides)
        {
            if (string.Equals(unit, Units.Machine(side.Name), StringComparison.Ordinal))
            {
                return (side, false);
            }

            if (string.Equals(unit, Units.RootMount(side.Name), StringComparison.Ordinal))
            {
                return (side, true);
            }
        }

        return null;
    }

    public bool IsMounted(SimSide side) => _files.IsMounted(_paths.MachineRoot(side.Name));

    /// <summary>Starts a machine's service: its prestart, its mount, its own boot.</summary>
    /// <returns>Whether it booted.</returns>
    public Task<bool> BootAsync(SimSide side) => BootAsync(side, BootTime);

    /// <summary>Starts a machine's mount unit.</summary>
    /// <returns>Whether it is mounted then.</returns>
    public async Task<bool> MountAsync(SimSide side)
    {
        if (IsMounted(side))
        {
            return true;
        }

        if (_files.Peek(_paths.RootMountUnit(side.Name)) is not { } unit
            || OptionOf(unit, "upperdir") is not { } upper
            || !_files.IsDirectory(upper)
            || ImageOf(unit) is null
            || !_files.IsDirectory(_paths.MachineRoot(side.Name)))
        {
            return false;
        }

        _files.Mount(_paths.MachineRoot(side.Name), upper);
        await DidAsync($"mount {side.Name}");
        return true;
    }

    /// <summary>Stops a machine's mount unit.</summary>
    public async Task UnmountAsync(SimSide side)
    {
        if (IsMounted(side))
        {
            _files.Unmount(_paths.MachineRoot(side.Name));
            await DidAsync($"unmount {side.Name}");
        }
    }

    /// <summary>Stops a machine's service.</summary>
    public async Task StopAsync(SimSide side)
    {
        if (side.Booted)
        {
            side.PowerOff();
            await DidAsync($"stop {side.Name}");
            if (EndsMachinesByAKill)
            {
                // Restart=on-failure
                await BootAsync(side);
            }
        }
    }

    /// <summary>A machine's systemd starts what was held back, if the marker is there.</summary>
    public async Task StartNodeAsync(SimSide side)
    {
        if (_files.Find(_paths.Marker(side.Name)) is null || side.Nature == Nature.ContainerdFails)
        {
            return;
        }

        if (!side.Containerd)
        {
            side.Containerd = true;
            await DidAsync($"start containerd of {side.Name}");
        }

        if (!side.Kubelet)
        {
            _certificates.Join(side.Name);
            StartKubelet(side);
            await DidAsync($"start kubelet of {side.Name}");
        }
    }

    /// <summary>Something in a machine has changed.</summary>
    public Task ChangedAsync(string effect) => DidAsync(effect);

    private async Task<bool> BootAsync(SimSide side, TimeSpan bootTime)
    {
        if (side.Booted)
        {
            return true;
        }

        await _prestart.RunAsync(side.Name, CancellationToken.None);
        // RequiresMountsFor= of the template.
        var hasUnit = _files.Peek(_paths.RootMountUnit(side.Name)) is not null;
        if (hasUnit && !await MountAsync(side))
        {
            return false;
        }

        side.Image = ImageOf(side.Name);
        if (bootTime > TimeSpan.Zero)
        {
            await Task.Delay(bootTime, Time, CancellationToken.None);
        }

        if (side.Image is null || side.Nature == Nature.NeverBoots || _files.Peek(_paths.NspawnFile(side.Name)) is null)
        {
            return false;
        }

        side.Booted = true;
        side.BootCount++;
        await DidAsync($"boot {side.Name}");
        await StartNodeAsync(side);
        return true;
    }

    // From the mount unit where there is one, else from the tree itself.
    private string? ImageOf(SlotName slot) =>
        _files.Peek(_paths.RootMountUnit(slot)) is { } unit ? ImageOf(unit)
        : _files.Peek($"{_paths.MachineRoot(slot)}/{SimImages.ImageFile}") is { } image ? Encoding.UTF8.GetString(image)
        : null;

    // The unit names a link, the link the image.
    private string? ImageOf(byte[] unit) =>
        OptionOf(unit, "lowerdir") is { } lower && _files.ReadLink(lower) is { } tree ? Path.GetFileName(tree) : null;

    private static string? OptionOf(byte[] unit, string option)
    {
        var text = Encoding.UTF8.GetString(unit);
        var start = text.IndexOf(option + "=", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += option.Length + 1;
        var end = text.AsSpan(start).IndexOfAny(',', '\n');
        return end < 0 ? null : text.Substring(start, end);
    }
}
