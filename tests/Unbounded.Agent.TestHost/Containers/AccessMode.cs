namespace Unbounded.Agent.TestHost.Containers;

/// <summary>What a container may do with a bind mount.</summary>
public enum AccessMode
{
    ReadWrite,
    ReadOnly,
}
