namespace Unbounded.Agent.Images.Unpacking;

/// <summary>Which device nodes an image may bring.</summary>
public enum DevicePolicy
{
    /// <summary>None.</summary>
    None,

    /// <summary>
    /// The character devices that every root file system has, at their own numbers: null, zero, full, random, urandom,
    /// tty, console, ptmx. Nothing that reaches memory or a disk.
    /// </summary>
    Standard,

    /// <summary>Any.</summary>
    All,
}
