namespace Unbounded.Agent.Images.Unpacking;

/// <summary>What an image may ask for before it is taken for an attack. The defaults are many times what a node image needs.</summary>
public sealed record UnpackLimits
{
    /// <summary>Most entries, of all layers together. Default 5 million.</summary>
    public long Entries { get; init; } = 5_000_000;

    /// <summary>Most unpacked data, bytes, of all layers together. Default 256 GiB.</summary>
    public long TotalBytes { get; init; } = 256L << 30;

    /// <summary>Longest file, holes included, bytes. Default 1 TiB.</summary>
    public long FileLength { get; init; } = 1L << 40;

    /// <summary>Longest path, bytes. Default 4095, the kernel's own limit.</summary>
    public int PathLength { get; init; } = 4095;

    /// <summary>Deepest path, components. Default 256.</summary>
    public int PathDepth { get; init; } = 256;

    /// <summary>Most extended attributes of one entry. Default 128.</summary>
    public int Attributes { get; init; } = 128;

    /// <summary>Most bytes of names and values of the extended attributes of one entry. Default 256 KiB.</summary>
    public int AttributeBytes { get; init; } = 256 << 10;
}
