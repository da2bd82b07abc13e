namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>What an installation puts on the host beside its own files.</summary>
public sealed record HostInstallOptions
{
    /// <summary>Bytes of <c>config.json</c>, checked by the caller; null keeps the one that is there.</summary>
    public byte[]? Config { get; init; }

    /// <summary>Bytes of the <c>machine.yaml</c> that is written when there is none; null: none is written.</summary>
    public byte[]? MachineYaml { get; init; }

    /// <summary>The executable to install. Default: the running one.</summary>
    public string BinaryPath { get; init; } = "/proc/self/exe";

    /// <summary>Whether missing packages may be installed. Default true; false is for hosts without a package source.</summary>
    public bool AllowPackages { get; init; } = true;
}
