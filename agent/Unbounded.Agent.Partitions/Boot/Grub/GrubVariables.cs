using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Boot.Grub;

/// <summary>
/// The state of the slots as variables of GRUB: <c>active_slot</c>, <c>boot_success</c>, <c>boot_counter</c> as in the ancestor, and
/// <c>slot_a_ok</c>, <c>slot_b_ok</c>. <c>images/disk/grub.cfg</c> decides by them; of these GRUB itself writes <c>boot_counter</c> alone.
/// </summary>
internal static class GrubVariables
{
    /// <summary>The variable that names the slot to boot.</summary>
    public const string Active = "active_slot";

    private const string Success = "boot_success";
    private const string Counter = "boot_counter";
    private const string Sum = "agent_sum";

    /// <summary>Puts a state into a block.</summary>
    public static GrubEnvBlock Put(GrubEnvBlock block, BootState state, IReadOnlyList<SlotName> slots)
    {
        block = block.With(Active, state.Active.Value)
            .With(Success, state.Proven ? "1" : "0")
            .With(Counter, state.Tries.ToString(CultureInfo.InvariantCulture));
        block = slots.Aggregate(block, (b, slot) => b.With(Ok(slot), state.IsBootable(slot) ? "1" : "0"));
        return block.With(Sum, SumOf(block, slots));
    }

    /// <summary>The state in a block; null when it has none, or one that makes no sense.</summary>
    public static BootState? Get(GrubEnvBlock block, IReadOnlyList<SlotName> slots)
    {
        if (block[Active] is not { } active || slots.All(s => s.Value != active))
            return null;
        var proven = block[Success] == "1";
        var tries = int.TryParse(block[Counter], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? Math.Min(n, BootState.TrialBoots) : 0;
        return new(new SlotName(active), proven, proven ? 0 : tries, [.. slots.Where(s => block[Ok(s)] == "1")]);
    }

    /// <summary>Whether what the agent wrote is as it wrote it. GRUB rewrites the counter, which is left out of the sum.</summary>
    public static bool IsIntact(GrubEnvBlock block, IReadOnlyList<SlotName> slots) => block[Sum] is { } sum && sum == SumOf(block, slots);

    private static string SumOf(GrubEnvBlock block, IReadOnlyList<SlotName> slots)
    {
        var text = string.Join('\n', new[] { Active, Success }.Concat(slots.Select(Ok)).Select(n => $"{n}={block[n]}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
    }

    private static string Ok(SlotName slot) => $"slot_{slot.Value.ToLowerInvariant()}_ok";
}
