namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>A file, link or directory of the simulated host. <see cref="Owner"/> stands for everything that only the very same inode has.</summary>
public sealed record SimulatedFile(string? Content, UnixFileMode Mode, string? LinkTarget = null, string Owner = "agent")
{
    public bool IsDirectory => Content is null && LinkTarget is null;
}
