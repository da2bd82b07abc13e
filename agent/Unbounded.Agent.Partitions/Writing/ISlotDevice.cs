using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Blocks;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>The device of a slot, held by nobody else.</summary>
internal interface ISlotDevice : IDisposable
{
    /// <summary>Its size, bytes.</summary>
    long SizeBytes { get; }

    /// <summary>The device itself, for who writes single blocks of it; null where that can't be had.</summary>
    BlockDevice? Block => null;

    /// <summary>The refusal of an image that is larger.</summary>
    Core.Errors.AgentException TooLarge(string image, long sizeBytes);

    /// <summary>Writes an image and reads it back, as <see cref="SlotWriter.WriteAsync"/>.</summary>
    Task<ContentDigest> WriteAsync(string image, Stream source, ExpectedImage expected, IStepProgress progress, CancellationToken cancellationToken);
}
