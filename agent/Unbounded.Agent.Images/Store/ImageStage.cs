namespace Unbounded.Agent.Images.Store;

/// <summary>What is being done to an image.</summary>
public enum ImageStage
{
    /// <summary>Its digest is computed, to see whether it is stored already.</summary>
    Identifying,

    /// <summary>It is read, verified and unpacked.</summary>
    Unpacking,

    /// <summary>What was written is made durable.</summary>
    Syncing,

    /// <summary>It is stored.</summary>
    Stored,
}
