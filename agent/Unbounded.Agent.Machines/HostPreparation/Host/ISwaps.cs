namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>Swap of the running kernel.</summary>
public interface ISwaps
{
    /// <summary>What is swapped to now.</summary>
    Task<IReadOnlyList<SwapArea>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Stops swapping to a device or file: swapoff(2). Nothing happens when it is off.</summary>
    Task OffAsync(string path, CancellationToken cancellationToken);

    /// <summary>Starts swapping to it again: swapon(2). Nothing happens when it is on.</summary>
    /// <param name="path">The device or file.</param>
    /// <param name="priority">Its priority; negative: the kernel's choice.</param>
    /// <param name="cancellationToken">Cancels before the call.</param>
    Task OnAsync(string path, int priority, CancellationToken cancellationToken);
}

/// <summary>A device or file that is swapped to.</summary>
/// <param name="Path">As in <c>/proc/swaps</c>.</param>
/// <param name="Priority">Its priority.</param>
public sealed record SwapArea(string Path, int Priority);
