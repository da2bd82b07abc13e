namespace Unbounded.Agent.Images.Unpacking;

/// <summary>How an image is unpacked.</summary>
public sealed record UnpackOptions
{
    /// <summary>Which device nodes it may bring. Default <see cref="DevicePolicy.Standard"/>.</summary>
    public DevicePolicy Devices { get; init; } = DevicePolicy.Standard;

    /// <summary>What it may ask for.</summary>
    public UnpackLimits Limits { get; init; } = new();
}
