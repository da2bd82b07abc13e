using Unbounded.Agent.Images.Oci;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Store;

/// <summary>Where the store is and what it takes.</summary>
public sealed record ImageStoreOptions
{
    /// <summary>The store's directory, created 0700. Default <c>/var/lib/unbounded/store</c>.</summary>
    public string Root { get; init; } = "/var/lib/unbounded/store";

    /// <summary>What images may bring and ask for.</summary>
    public UnpackOptions Unpack { get; init; } = new();

    /// <summary>The platform chosen from an image index. Default this host's.</summary>
    public Platform Platform { get; init; } = Platform.Host;
}
