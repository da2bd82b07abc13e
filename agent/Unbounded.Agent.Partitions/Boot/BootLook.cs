using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Boot.Grub;
using Unbounded.Agent.Partitions.Boot.RaspberryPi;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Boot;

/// <summary>What somebody sees who looks at a host before there is an update: which boot loader decides, and whether it can do what updates need.</summary>
/// <param name="Kind">The boot loader, for people.</param>
/// <param name="Obstacles">What stands against an update, each in a sentence; empty when nothing does.</param>
public sealed record BootLook(string Kind, IReadOnlyList<string> Obstacles)
{
    /// <summary>Looks. Changes nothing.</summary>
    /// <param name="paths">Where things are.</param>
    /// <param name="named">The boot loader that the settings name, null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null where no boot loader knows of two slots: the host is not updated as a whole.</returns>
    /// <exception cref="AgentException">Several could decide, or something can't be read.</exception>
    public static async Task<BootLook?> OfAsync(PartitionPaths paths, BootKind? named, CancellationToken cancellationToken)
    {
        var detection = new BootDetection(paths, new SlotTable(paths), new BootFiles(), new Untouched(), named);
        return detection.TryFind() is { } boot ? new(boot.Kind, await boot.ObstaclesAsync(cancellationToken)) : null;
    }

    /// <summary>Nobody who only looks asks for a trial.</summary>
    private sealed class Untouched : ITryboot
    {
        public Task<bool> IsArmedAsync(CancellationToken cancellationToken) => Task.FromResult(false);

        public Task ArmAsync() => throw new InvalidOperationException("this is for looking only");

        public Task DisarmAsync() => throw new InvalidOperationException("this is for looking only");
    }
}
