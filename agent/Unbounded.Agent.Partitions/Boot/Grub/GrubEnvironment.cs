using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Boot.Grub;

/// <summary>
/// GRUB's environment, in two files beside <c>grub.cfg</c>: <c>grubenv</c>, and <c>grubenv.copy</c> which <c>grub.cfg</c> takes when the first has no
/// <c>active_slot</c>. Both are rewritten in place, in their first sector, which all variables fit into: <c>grub-editenv</c> truncates the file first, and a
/// power cut then leaves it empty. The first file is written first: it alone is decided by.
/// </summary>
/// <param name="directory">Where both files are, on the EFI system partition.</param>
/// <param name="slots">Both slots.</param>
/// <param name="files">Both files.</param>
internal sealed class GrubEnvironment(string directory, IReadOnlyList<SlotName> slots, IBootFiles files) : IBootEnvironment
{
    /// <summary>Name of the file that GRUB decides by.</summary>
    public const string FileName = "grubenv";

    /// <summary>Name of the second copy.</summary>
    public const string CopyName = "grubenv.copy";

    /// <inheritdoc/>
    public string Kind => "GRUB";

    private string First => Path.Combine(directory, FileName);

    private string Copy => Path.Combine(directory, CopyName);

    /// <inheritdoc/>
    public async Task<BootState> ReadAsync(CancellationToken cancellationToken)
    {
        var first = await LoadAsync(First, cancellationToken);
        var copy = await LoadAsync(Copy, cancellationToken);
        return StateOf(first) ?? StateOf(copy) ?? throw Unusable(first is null ? "is missing or no environment block" : "has no active_slot");
    }

    /// <inheritdoc/>
    public async Task WriteAsync(BootState state)
    {
        await PutAsync(First, state);
        await PutAsync(Copy, state);
    }

    private async Task PutAsync(string path, BootState state)
    {
        // A file that is no block any more is written anew: the other one is good, or nothing could have been read.
        var present = await LoadAsync(path, CancellationToken.None);
        if (present is not null && GrubVariables.IsIntact(present, slots) && GrubVariables.Get(present, slots) == state)
            return;
        var block = GrubVariables.Put(present ?? GrubEnvBlock.Empty, state, slots).ToBytes();
        if (block is null || GrubEnvBlock.Used(block) > InPlaceFile.Sector)
        {
            throw new AgentException(
                PartitionsErrors.BootEnvironmentFull,
                $"The boot environment {path} can't be changed",
                $"its variables take more than the {InPlaceFile.Sector} bytes that a disk writes at once",
                "Remove variables that are not needed (grub-editenv FILE unset NAME)");
        }

        if (present is not null)
            await files.WriteFirstSectorAsync(path, block.AsMemory(0, InPlaceFile.Sector));
        else
            await files.RenewAsync(path, block);
    }

    private async Task<GrubEnvBlock?> LoadAsync(string path, CancellationToken cancellationToken) =>
        await files.ReadAsync(path, cancellationToken) is { } bytes ? GrubEnvBlock.TryParse(bytes) : null;

    private BootState? StateOf(GrubEnvBlock? block) => block is null ? null : GrubVariables.Get(block, slots);

    private AgentException Unusable(string why) => new(
        PartitionsErrors.BootEnvironmentUnusable,
        $"The boot environment {First} can't be used",
        $"it {why}, and the copy beside it is no better",
        "See that the EFI system partition is mounted. docs/errors/UBA-7101.md says how to write it anew");
}
